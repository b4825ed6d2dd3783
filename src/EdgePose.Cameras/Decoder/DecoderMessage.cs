using System.Runtime.InteropServices;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Decoder;

/// <summary>Kinds of messages from the decoder process to the daemon.</summary>
internal enum DecoderMessageKind
{
    /// <summary>A picture follows: StrideBytes x HeightPx bytes.</summary>
    Frame = 1,

    /// <summary>The process runs, though no picture came.</summary>
    Heartbeat = 2,

    /// <summary>The source has ended.</summary>
    End = 3,

    /// <summary>Something to log, in a text of PayloadBytes; the source goes on.</summary>
    Note = 5,

    /// <summary>The source failed: <see cref="DecoderMessage.Fault"/>; a text of PayloadBytes follows.</summary>
    Fault = 4,
}

/// <summary>How a picture was encoded.</summary>
internal enum FrameCoding
{
    /// <summary>Unknown.</summary>
    Unknown,

    /// <summary>As differences from earlier pictures.</summary>
    Difference,

    /// <summary>As a whole: a key frame, or a picture of a stream that has no others.</summary>
    Whole,
}

/// <summary>The head of every message from the decoder process to the daemon: 80 bytes, little-endian. Both ends are this same program.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct DecoderMessage
{
    /// <summary>"EPF1": a pipe that carries anything else is refused.</summary>
    public const uint ExpectedMagic = 0x31465045;

    public uint Magic;
    public DecoderMessageKind Kind;
    public CameraFault Fault;
    public int PayloadBytes;
    public int WidthPx;
    public int HeightPx;
    public int StrideBytes;
    public int SourceWidthPx;
    public int SourceHeightPx;
    public int ClockKind;

    /// <summary>How a frame was encoded.</summary>
    public FrameCoding Coding;

    private readonly int padding;
    public long CapturedUtcTicks;
    public long CapturedMonotonicTicks;

    /// <summary>Processor time, over all of the child's threads, since it sent the frame before; 0 with the first, which would count the start.</summary>
    public long CpuTicks;

    /// <summary>Encoded packets that the source has sent so far. A source that sends packets is not stalled, even while they give no picture.</summary>
    public long Packets;

    // Larger than any camera's picture (8K is 7680 wide), and small enough that no product of two sides overflows.
    private const int MaxSidePx = 16_384;
    private const int MaxRowPaddingBytes = 1024;

    /// <summary>Whether the head can be true. The decoder process reads streams that nobody has vetted, so the daemon checks each value.</summary>
    public readonly bool IsPlausible => Magic == ExpectedMagic && Kind switch
    {
        DecoderMessageKind.Frame => WidthPx is > 0 and <= MaxSidePx && HeightPx is > 0 and <= MaxSidePx
            && StrideBytes >= WidthPx * 4 && StrideBytes <= (WidthPx * 4) + MaxRowPaddingBytes
            && PayloadBytes == (long)StrideBytes * HeightPx
            && CapturedUtcTicks >= 0 && CapturedUtcTicks <= DateTime.MaxValue.Ticks && CpuTicks >= 0,
        DecoderMessageKind.Heartbeat or DecoderMessageKind.End => PayloadBytes == 0,
        DecoderMessageKind.Fault or DecoderMessageKind.Note => PayloadBytes >= 0,
        _ => false,
    };
}
