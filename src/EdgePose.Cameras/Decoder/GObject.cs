using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>Properties and values of GLib's objects, which GStreamer's elements are.</summary>
internal static partial class GObject
{
    private const string Library = "libgobject-2.0.so.0";
    private const string Gio = "libgio-2.0.so.0";
    private const nuint StringType = 16 << 2; // G_TYPE_STRING

    [LibraryImport(Library, EntryPoint = "g_value_init")]
    private static partial IntPtr InitValue(ref Value value, nuint type);

    [LibraryImport(Library, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetValue(ref Value value, string text);

    [LibraryImport(Library, EntryPoint = "g_value_set_object")]
    private static partial void SetValue(ref Value value, IntPtr gObject);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    private static partial void UnrefObject(IntPtr gObject);

    [LibraryImport(Library, EntryPoint = "g_type_from_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nuint TypeFromName(string name);

    [LibraryImport(Gio, EntryPoint = "g_tls_file_database_new", StringMarshalling = StringMarshalling.Utf8)]
    private static partial IntPtr NewTlsDatabase(string file, IntPtr error);

    [LibraryImport(Library, EntryPoint = "g_value_unset")]
    public static partial void UnsetValue(ref Value value);

    [LibraryImport(Library, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetPropertyValue(IntPtr gObject, string name, ref Value value);

    [LibraryImport(Library, EntryPoint = "g_object_class_find_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr FindProperty(IntPtr objectClass, string name);

    /// <summary>Sets a text property to exactly this text; <see cref="GStreamer.SetProperty"/> would read quotes and backslashes in it as GStreamer's own.</summary>
    public static void SetText(IntPtr element, string name, string text)
    {
        var value = default(Value);
        InitValue(ref value, StringType);
        SetValue(ref value, text);
        SetPropertyValue(element, name, ref value);
        UnsetValue(ref value);
    }

    /// <summary>Makes an element trust the certificates in a file, and no others. Without a readable file the element is left as it is, and trusts none.</summary>
    public static void TrustOnly(IntPtr element, string file)
    {
        var database = NewTlsDatabase(file, IntPtr.Zero);
        if (database == IntPtr.Zero)
        {
            return;
        }

        var value = default(Value);
        InitValue(ref value, TypeFromName("GTlsDatabase"));
        SetValue(ref value, database);
        SetPropertyValue(element, "tls-database", ref value);
        UnsetValue(ref value);
        UnrefObject(database);
    }

    /// <summary>Whether the element has a property of that name in this version of GStreamer.</summary>
    public static bool HasProperty(IntPtr element, string name) => FindProperty(Marshal.ReadIntPtr(element), name) != IntPtr.Zero;

    /// <summary>GValue on 64 bits: its type, and two words of data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Value
    {
        public nuint Type;
        private fixed ulong data[2];
    }
}
