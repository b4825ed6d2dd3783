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
    private const int Drop = 0; // GST_PAD_PROBE_DROP

    /// <summary>A live stream without any key frame for so long is taken as it is: encoders with intra refresh send none.</summary>
    private static readonly TimeSpan LongestKeyFrameWait = TimeSpan.FromSeconds(100);

    private readonly KeyFrame[] recent = new KeyFrame[16]; // more than any decoder and queue hold back
    private readonly Lock gate = new();
    private readonly bool live;
    private readonly Action countPacket;
    private GCHandle self;
    private IntPtr pad;
    private CULong probe;
    private IntPtr packetPad;
    private CULong packetProbe;
    private long count;
    private long firstDropped;

    /// <summary>Attaches to the decoder of a pipeline that does not run yet, or to the one that decodebin will choose.</summary>
    /// <param name="pipeline">The pipeline; its element <c>name=coded</c> gets the source's packets.</param>
    /// <param name="live">Whether the source is live.</param>
    /// <param name="countPacket">Called for each packet, on GStreamer's thread.</param>
    public CodedStream(IntPtr pipeline, bool live, Action countPacket)
    {
        (this.live, this.countPacket) = (live, countPacket);
        self = GCHandle.Alloc(this);
        if (GStreamer.ByName(pipeline, "coded") is var entrance && entrance != IntPtr.Zero)
        {
            packetPad = GStreamer.StaticPad(entrance, "sink");
            packetProbe = GStreamer.AddProbe(packetPad, BufferProbe, &OnPacket, GCHandle.ToIntPtr(self), IntPtr.Zero);
            GStreamer.Unref(entrance);
        }

        Attach(GStreamer.DecoderInput(pipeline));
        if (pad == IntPtr.Zero)
        {
            GStreamer.Connect(pipeline, "deep-element-added", &OnElement, GCHandle.ToIntPtr(self), IntPtr.Zero, 0);
        }
    }

    /// <summary>How long pictures have been dropped because no key frame has come; zero when none are.</summary>
    public TimeSpan WaitedForKeyFrame =>
        Interlocked.Read(ref count) == 0 && Interlocked.Read(ref firstDropped) is var first && first != 0 ? TimeProvider.System.GetElapsedTime(first) : TimeSpan.Zero;

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

        if (packetPad != IntPtr.Zero)
        {
            GStreamer.RemoveProbe(packetPad, packetProbe);
            GStreamer.Unref(packetPad);
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
        var stream = (CodedStream)GCHandle.FromIntPtr(data).Target!;
        if (GStreamer.IsDifference(info->Data))
        {
            return stream.IsWaiting() ? Drop : Keep;
        }

        stream.Add(new KeyFrame(GStreamer.PresentationTime(info->Data), GStreamer.SizeOf(pad)));
        return Keep;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPacket(IntPtr pad, GStreamer.ProbeInfo* info, IntPtr data)
    {
        ((CodedStream)GCHandle.FromIntPtr(data).Target!).countPacket();
        return Keep;
    }

    /// <summary>Whether a picture that holds only differences has to be dropped: decoders make a grey picture of it while the whole one is missing.</summary>
    private bool IsWaiting()
    {
        if (Interlocked.Read(ref count) > 0)
        {
            return false;
        }

        Interlocked.CompareExchange(ref firstDropped, TimeProvider.System.GetTimestamp(), 0);
        return !live || WaitedForKeyFrame < LongestKeyFrameWait;
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
