using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <content>Access to the decoder of a running pipeline and to its encoded stream.</content>
internal static partial class GStreamer
{
    [LibraryImport("libgobject-2.0.so.0", EntryPoint = "g_signal_connect_data", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial CULong Connect(IntPtr instance, string signal, delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, IntPtr, void> handler, IntPtr data, IntPtr destroy, int flags);

    [LibraryImport(Core, EntryPoint = "gst_object_ref")]
    public static partial IntPtr Ref(IntPtr gstObject);

    [LibraryImport(Core, EntryPoint = "gst_pad_link")]
    public static partial int LinkPads(IntPtr source, IntPtr sink);

    [LibraryImport(Core, EntryPoint = "gst_bin_iterate_recurse")]
    private static partial IntPtr IterateAll(IntPtr bin);

    [LibraryImport(Core, EntryPoint = "gst_iterator_next")]
    private static partial int Next(IntPtr iterator, ref GObject.Value element);

    [LibraryImport(Core, EntryPoint = "gst_iterator_free")]
    private static partial void FreeIterator(IntPtr iterator);

    [LibraryImport("libgobject-2.0.so.0", EntryPoint = "g_value_get_object")]
    private static partial IntPtr GetObject(ref GObject.Value value);

    [LibraryImport(Core, EntryPoint = "gst_element_get_factory")]
    private static partial IntPtr Factory(IntPtr element);

    [LibraryImport(Core, EntryPoint = "gst_element_factory_list_is_type")]
    private static partial int IsOfType(IntPtr factory, ulong types);

    [LibraryImport(Core, EntryPoint = "gst_pad_add_probe")]
    public static unsafe partial CULong AddProbe(IntPtr pad, int kinds, delegate* unmanaged[Cdecl]<IntPtr, ProbeInfo*, IntPtr, int> probe, IntPtr data, IntPtr destroy);

    [LibraryImport(Core, EntryPoint = "gst_pad_remove_probe")]
    public static partial void RemoveProbe(IntPtr pad, CULong id);

    /// <summary>Whether a buffer of an encoded stream holds only what changed since others. Layout of GstMiniObject: type 8 bytes, two counts, then flags; the bit is GST_BUFFER_FLAG_DELTA_UNIT.</summary>
    public static bool IsDifference(IntPtr buffer) => (Marshal.ReadInt32(buffer, 16) & (1 << 13)) != 0;

    /// <summary>Whether a decoder had to guess parts of a picture: the bit is GST_BUFFER_FLAG_CORRUPTED.</summary>
    public static bool IsCorrupted(IntPtr buffer) => (Marshal.ReadInt32(buffer, 16) & (1 << 8)) != 0;

    /// <summary>Width and height in the caps of a pad; none where they are not known.</summary>
    public static (int WidthPx, int HeightPx)? SizeOf(IntPtr pad)
    {
        var caps = CurrentCaps(pad);
        if (caps == IntPtr.Zero)
        {
            return null;
        }

        var structure = Structure(caps, 0);
        var known = GetInt(structure, "width", out var width) != 0 & GetInt(structure, "height", out var height) != 0;
        UnrefMini(caps);
        return known ? (width, height) : null;
    }

    /// <summary>The input of the first video decoder that is in a pipeline now, which the caller unrefs; zero when there is none.</summary>
    public static IntPtr DecoderInput(IntPtr pipeline)
    {
        const int found = 1; // GST_ITERATOR_OK
        var pad = IntPtr.Zero;
        var iterator = IterateAll(pipeline);
        var value = default(GObject.Value);
        while (pad == IntPtr.Zero && Next(iterator, ref value) == found)
        {
            pad = InputIfDecoder(GetObject(ref value));
            GObject.UnsetValue(ref value);
        }

        FreeIterator(iterator);
        return pad;
    }

    /// <summary>The input of an element that decodes video or pictures, which the caller unrefs; zero for any other.</summary>
    public static IntPtr InputIfDecoder(IntPtr element)
    {
        const ulong videoDecoder = 1UL | (1UL << 49) | (1UL << 51); // GST_ELEMENT_FACTORY_TYPE_DECODER, of _MEDIA_VIDEO or _MEDIA_IMAGE
        return Factory(element) is var factory && factory != IntPtr.Zero && IsOfType(factory, videoDecoder) != 0 ? StaticPad(element, "sink") : IntPtr.Zero;
    }

    /// <summary>The beginning of GstPadProbeInfo on 64 bits; the buffer is its data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProbeInfo
    {
        public int Kind;
        public CULong Id;
        public IntPtr Data;
    }
}
