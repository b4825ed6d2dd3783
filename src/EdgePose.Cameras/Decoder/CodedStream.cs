using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>
/// Reads the encoded stream at the decoder's input: which pictures are key frames, and the stream's size from each of them on.
/// A decoded picture shows neither, and the size may change before it is pulled. Presentation times match the two.
/// </summary>
internal sealed unsafe class CodedStream : IDisposable
{
    private const int BufferProbe = 1 << 4; // GST_PAD_PROBE_TYPE_BUFFER
    private const int Keep = 1; // GST_PAD_PROBE_OK

    private readonly KeyFrame[] recent = new KeyFrame[16]; // more than any decoder and queue hold back
    private readonly Lock gate = new();
    private GCHandle self;
    private IntPtr pad;
    private CULong probe;
    private long count;

    /// <summary>Attaches to the decoder of a pipeline that does not run yet, or to the one that decodebin will choose.</summary>
    public CodedStream(IntPtr pipeline)
    {
        self = GCHandle.Alloc(this);
        Attach(GStreamer.DecoderInput(pipeline));
        if (pad == IntPtr.Zero)
        {
            GStreamer.Connect(pipeline, "deep-element-added", &OnElement, GCHandle.ToIntPtr(self), IntPtr.Zero, 0);
        }
    }

    /// <summary>How the picture of that presentation time was encoded, and the stream's size; null where the stream does not give one.</summary>
    public (FrameCoding Coding, (int WidthPx, int HeightPx)? Size) At(ulong presentationTime)
    {
        if (pad == IntPtr.Zero)
        {
            return (FrameCoding.Whole, null); // no decoder, so every picture is whole
        }

        lock (gate)
        {
            for (var back = 1; back <= Math.Min(count, recent.Length); back++)
            {
                ref var frame = ref recent[(int)((count - back) % recent.Length)];
                if (frame.Time <= presentationTime)
                {
                    return (frame.Time == presentationTime ? FrameCoding.Whole : FrameCoding.Difference, frame.Size);
                }
            }
        }

        return (FrameCoding.Difference, null);
    }

    /// <summary>Detaches. The pipeline must have stopped.</summary>
    public void Dispose()
    {
        if (pad != IntPtr.Zero)
        {
            GStreamer.RemoveProbe(pad, probe);
            GStreamer.Unref(pad);
        }

        self.Free();
    }

    private void Attach(IntPtr input)
    {
        if (input != IntPtr.Zero && pad == IntPtr.Zero)
        {
            pad = input;
            probe = GStreamer.AddProbe(pad, BufferProbe, &OnBuffer, GCHandle.ToIntPtr(self), IntPtr.Zero);
        }
        else if (input != IntPtr.Zero)
        {
            GStreamer.Unref(input);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnElement(IntPtr pipeline, IntPtr bin, IntPtr element, IntPtr data) =>
        ((CodedStream)GCHandle.FromIntPtr(data).Target!).Attach(GStreamer.InputIfDecoder(element));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBuffer(IntPtr pad, GStreamer.ProbeInfo* info, IntPtr data)
    {
        if (!GStreamer.IsDifference(info->Data))
        {
            ((CodedStream)GCHandle.FromIntPtr(data).Target!).Add(new KeyFrame(GStreamer.PresentationTime(info->Data), GStreamer.SizeOf(pad)));
        }

        return Keep;
    }

    private void Add(KeyFrame frame)
    {
        lock (gate)
        {
            recent[(int)(count % recent.Length)] = frame;
            count++;
        }
    }

    private readonly record struct KeyFrame(ulong Time, (int WidthPx, int HeightPx)? Size);
}
