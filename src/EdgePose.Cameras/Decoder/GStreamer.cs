using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>The functions of GStreamer's C interface that decoding needs. The managed wrappers of the whole interface leak memory.</summary>
internal static partial class GStreamer
{
    private const string Core = "libgstreamer-1.0.so.0";
    private const string App = "libgstapp-1.0.so.0";
    private const string GLib = "libglib-2.0.so.0";

    public const int StateNull = 1;
    public const int StatePlaying = 4;
    public const int MapRead = 1;
    public const ulong NoTime = ulong.MaxValue;

    [LibraryImport(Core, EntryPoint = "gst_init")]
    public static partial void Init(IntPtr argc, IntPtr argv);

    [LibraryImport(Core, EntryPoint = "gst_parse_launch", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr ParseLaunch(string description, out IntPtr error);

    [LibraryImport(Core, EntryPoint = "gst_element_factory_find", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr FindFactory(string name);

    [LibraryImport(Core, EntryPoint = "gst_element_factory_make", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr Make(string factory, IntPtr name);

    [LibraryImport(Core, EntryPoint = "gst_bin_get_by_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr ByName(IntPtr bin, string name);

    [LibraryImport(Core, EntryPoint = "gst_element_set_state")]
    public static partial int SetState(IntPtr element, int state);

    [LibraryImport(Core, EntryPoint = "gst_element_get_bus")]
    public static partial IntPtr Bus(IntPtr element);

    [LibraryImport(Core, EntryPoint = "gst_bus_pop_filtered")]
    public static partial IntPtr PopMessage(IntPtr bus, int types);

    [LibraryImport(Core, EntryPoint = "gst_message_parse_error")]
    public static partial void ParseError(IntPtr message, out IntPtr error, out IntPtr debug);

    [LibraryImport(Core, EntryPoint = "gst_mini_object_unref")]
    public static partial void UnrefMini(IntPtr miniObject);

    [LibraryImport(Core, EntryPoint = "gst_object_unref")]
    public static partial void Unref(IntPtr gstObject);

    [LibraryImport(Core, EntryPoint = "gst_util_set_object_arg", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(IntPtr gstObject, string name, string value);

    [LibraryImport(Core, EntryPoint = "gst_element_get_static_pad", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr StaticPad(IntPtr element, string name);

    [LibraryImport(Core, EntryPoint = "gst_pad_get_current_caps")]
    public static partial IntPtr CurrentCaps(IntPtr pad);

    [LibraryImport(App, EntryPoint = "gst_app_sink_try_pull_sample")]
    public static partial IntPtr TryPullSample(IntPtr appSink, ulong timeoutNanoseconds);

    [LibraryImport(App, EntryPoint = "gst_app_sink_is_eos")]
    public static partial int IsEndOfStream(IntPtr appSink);

    [LibraryImport(Core, EntryPoint = "gst_sample_get_buffer")]
    public static partial IntPtr SampleBuffer(IntPtr sample);

    [LibraryImport(Core, EntryPoint = "gst_sample_get_caps")]
    public static partial IntPtr SampleCaps(IntPtr sample);

    [LibraryImport(Core, EntryPoint = "gst_caps_get_structure")]
    public static partial IntPtr Structure(IntPtr caps, uint index);

    [LibraryImport(Core, EntryPoint = "gst_structure_get_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetInt(IntPtr structure, string field, out int value);

    [LibraryImport(Core, EntryPoint = "gst_structure_get_fraction", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetFraction(IntPtr structure, string field, out int numerator, out int denominator);

    [LibraryImport(Core, EntryPoint = "gst_element_query_duration")]
    public static partial int QueryDuration(IntPtr element, int format, out long nanoseconds);

    [LibraryImport(Core, EntryPoint = "gst_structure_get_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr GetString(IntPtr structure, string field);

    [LibraryImport(Core, EntryPoint = "gst_caps_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr CapsFromString(string text);

    [LibraryImport(Core, EntryPoint = "gst_buffer_get_reference_timestamp_meta")]
    public static partial IntPtr ReferenceTimestamp(IntPtr buffer, IntPtr caps);

    [LibraryImport(Core, EntryPoint = "gst_buffer_map")]
    public static partial int Map(IntPtr buffer, out MapInfo info, int flags);

    [LibraryImport(Core, EntryPoint = "gst_buffer_unmap")]
    public static partial void Unmap(IntPtr buffer, ref MapInfo info);

    [LibraryImport(GLib, EntryPoint = "g_quark_to_string")]
    public static partial IntPtr QuarkToString(uint quark);

    [LibraryImport(GLib, EntryPoint = "g_error_free")]
    public static partial void FreeError(IntPtr error);

    [LibraryImport(GLib, EntryPoint = "g_free")]
    public static partial void Free(IntPtr memory);

    /// <summary>Presentation time of a buffer in nanoseconds. Layout of GstBuffer on 64 bits: GstMiniObject 64 bytes, pool, then pts.</summary>
    public static ulong PresentationTime(IntPtr buffer) => (ulong)Marshal.ReadInt64(buffer, 72);

    /// <summary>Type of a bus message. Layout of GstMessage: GstMiniObject 64 bytes, then type.</summary>
    public static int MessageType(IntPtr message) => Marshal.ReadInt32(message, 64);

    /// <summary>The time in a reference timestamp meta. Layout: GstMeta 16 bytes, caps, then timestamp.</summary>
    public static ulong MetaTimestamp(IntPtr meta) => (ulong)Marshal.ReadInt64(meta, 24);

    /// <summary>Whether an element of that name is installed.</summary>
    public static bool HasElement(string name)
    {
        Init(IntPtr.Zero, IntPtr.Zero); // does nothing after the first time
        var factory = FindFactory(name);
        if (factory != IntPtr.Zero)
        {
            Unref(factory);
        }

        return factory != IntPtr.Zero;
    }

    /// <summary>GstMapInfo on 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct MapInfo
    {
        public IntPtr Memory;
        public int Flags;
        public IntPtr Data;
        public nuint Size;
        public nuint MaxSize;
        private fixed ulong reserved[8];
    }
}
