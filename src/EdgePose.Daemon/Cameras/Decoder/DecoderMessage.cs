using System.Runtime.InteropServices;

namespace EdgePose.Daemon.Cameras.Decoder;

/// <summary>What the child tells the daemon with a message.</summary>
internal enum DecoderMessageKind
{
    /// <summary>A picture follows: StrideBytes x HeightPx bytes.</summary>
    Frame = 1,

    /// <summary>The child lives, though no picture came.</summary>
    Heartbeat = 2,

    /// <summary>The source has come to its end.</summary>
    End = 3,

    /// <summary>The source failed: <see cref="DecoderMessage.Fault"/>; a text of PayloadBytes follows.</summary>
    Fault = 4,
}

/// <summary>The head of every message on the pipe from the child to the daemon: 80 bytes, little-endian, both ends are this same program.</summary>
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
    public long Sequence;
    public long CapturedUtcTicks;
    public long CapturedMonotonicTicks;
}
