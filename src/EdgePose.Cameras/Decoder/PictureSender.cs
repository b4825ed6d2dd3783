using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>Sends decoded pictures to the daemon, with time, size and coding.</summary>
internal sealed unsafe class PictureSender(IntPtr pipeline, VideoTracks tracks, bool live, MediaTime media, DecoderWriter writer) : IDisposable
{
    private readonly IntPtr sizeElement = GStreamer.ByName(pipeline, "size");
    private readonly IntPtr turningElement = GStreamer.ByName(pipeline, "turn");
    private readonly CodedStream coded = new(pipeline, live, writer.CountPacket);

    /// <summary>How long pictures have been dropped because no key frame came; zero when none are.</summary>
    public TimeSpan WaitedForKeyFrame => coded.WaitedForKeyFrame;

    /// <summary>Sends a picture.</summary>
    /// <returns>False when it is not a picture of BGRx: an operator's own pipeline may give anything.</returns>
    public bool TrySend(IntPtr sample)
    {
        var buffer = GStreamer.SampleBuffer(sample);
        if (GStreamer.IsCorrupted(buffer))
        {
            return true;
        }

        var structure = GStreamer.Structure(GStreamer.SampleCaps(sample), 0);
        GStreamer.GetInt(structure, "width", out var width);
        GStreamer.GetInt(structure, "height", out var height);
        if (width <= 0 || height <= 0 || !IsBgrx(structure) || GStreamer.Map(buffer, out var map, GStreamer.MapRead) == 0)
        {
            return false;
        }

        var (coding, size) = coded.At(GStreamer.PresentationTime(buffer));
        var (sourceWidth, sourceHeight) = (tracks.Count > 1 ? null : size) ?? SizeAt(sizeElement, "sink") ?? (width, height);
        if (IsTurned())
        {
            (sourceWidth, sourceHeight) = (sourceHeight, sourceWidth);
        }

        var (capturedAt, clock, monotonic) = media.Of(buffer, structure);
        var head = new DecoderMessage
        {
            Magic = DecoderMessage.ExpectedMagic,
            Kind = DecoderMessageKind.Frame,
            PayloadBytes = (int)map.Size,
            WidthPx = width,
            HeightPx = height,
            StrideBytes = (int)(map.Size / (nuint)height),
            SourceWidthPx = sourceWidth,
            SourceHeightPx = sourceHeight,
            ClockKind = (int)clock,
            Coding = coding,
            CapturedUtcTicks = capturedAt.UtcTicks,
            CapturedMonotonicTicks = monotonic.Ticks,
        };
        writer.Frame(head, new ReadOnlySpan<byte>((void*)map.Data, (int)map.Size));
        GStreamer.Unmap(buffer, ref map);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        coded.Dispose();
        foreach (var element in new[] { sizeElement, turningElement }.Where(element => element != IntPtr.Zero))
        {
            GStreamer.Unref(element);
        }
    }

    /// <summary>BGRx, or BGRA, whose fourth byte is ignored as well.</summary>
    private static bool IsBgrx(IntPtr structure)
    {
        var format = GStreamer.GetString(structure, "format");
        if (format == IntPtr.Zero)
        {
            return false;
        }

        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)format);
        return name.SequenceEqual("BGRx"u8) || name.SequenceEqual("BGRA"u8);
    }

    /// <summary>Whether width and height are exchanged on the way, because the recording is turned by a quarter.</summary>
    private bool IsTurned() =>
        SizeAt(turningElement, "sink") is var (width, height) && width != height && SizeAt(turningElement, "src") is var (turnedWidth, turnedHeight) && (turnedWidth, turnedHeight) == (height, width);

    /// <summary>The size at a pad of an element; null where an operator's pipeline has no such element.</summary>
    private static (int WidthPx, int HeightPx)? SizeAt(IntPtr element, string name)
    {
        if (element == IntPtr.Zero)
        {
            return null;
        }

        var pad = GStreamer.StaticPad(element, name);
        var size = GStreamer.SizeOf(pad);
        GStreamer.Unref(pad);
        return size;
    }
}
