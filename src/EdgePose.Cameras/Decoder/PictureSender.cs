using System.Runtime.InteropServices;

namespace EdgePose.Cameras.Decoder;

/// <summary>Sends decoded pictures to the daemon, with time, size and coding.</summary>
internal sealed unsafe class PictureSender(IntPtr pipeline, MediaTime media, DecoderWriter writer) : IDisposable
{
    private readonly IntPtr sizeElement = GStreamer.ByName(pipeline, "size");
    private readonly CodedStream coded = new(pipeline);

    /// <summary>Sends a picture.</summary>
    /// <returns>False when it is not a picture of BGRx: an operator's own pipeline may give anything.</returns>
    public bool TrySend(IntPtr sample)
    {
        var buffer = GStreamer.SampleBuffer(sample);
        var structure = GStreamer.Structure(GStreamer.SampleCaps(sample), 0);
        GStreamer.GetInt(structure, "width", out var width);
        GStreamer.GetInt(structure, "height", out var height);
        if (width <= 0 || height <= 0 || !IsBgrx(structure) || GStreamer.Map(buffer, out var map, GStreamer.MapRead) == 0)
        {
            return false;
        }

        var (coding, size) = coded.At(GStreamer.PresentationTime(buffer));
        var (sourceWidth, sourceHeight) = size ?? DecodedSize() ?? (width, height);
        var (capturedAt, clock, monotonic) = media.Of(buffer);
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
        if (sizeElement != IntPtr.Zero)
        {
            GStreamer.Unref(sizeElement);
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

    /// <summary>The size of the decoded stream before it is scaled; null where an operator's pipeline does not show it.</summary>
    private (int WidthPx, int HeightPx)? DecodedSize()
    {
        if (sizeElement == IntPtr.Zero)
        {
            return null;
        }

        var pad = GStreamer.StaticPad(sizeElement, "sink");
        var size = GStreamer.SizeOf(pad);
        GStreamer.Unref(pad);
        return size;
    }
}
