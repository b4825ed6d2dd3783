using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cameras.Sources;

/// <summary>One camera: where its pictures come from, and how much of the device it may use.</summary>
public sealed record CameraConfig
{
    /// <summary>The camera's name in topics and messages: lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
    [Description("The camera's name in topics and messages: lower-case letters, digits, '-' and '_'.")]
    [Required]
    [DataType("identifier")]
    public required string Id { get; init; }

    /// <summary>rtsp:// or rtsps:// without user and password, a video file, a folder of pictures, or /dev/videoN.</summary>
    [Description("rtsp:// or rtsps:// without user and password, a video file or a folder of pictures (relative to this file), or a device: /dev/videoN, or /dev/v4l/by-id/..., which lasts.")]
    [Required]
    [DataType("address")]
    public required string Address { get; init; }

    /// <summary>User name, for an RTSP camera that asks for one.</summary>
    [Description("User name, for an RTSP camera that asks for one.")]
    public string? Username { get; init; }

    /// <summary>File that holds the password (mode 0600), relative to the configuration file.</summary>
    [Description("File that holds the password (mode 0600), relative to the configuration file.")]
    [DataType("secret file")]
    public string? PasswordFile { get; init; }

    /// <summary>How RTP travels.</summary>
    [Description("How RTP travels: tcp (default) or udp.")]
    public RtpTransport Transport { get; init; } = RtpTransport.Tcp;

    /// <summary>How long RTP packets are held back to smooth the network's jitter, in milliseconds.</summary>
    [Description("How long RTP packets are held back to smooth the network's jitter, in milliseconds.")]
    [Range(0, 10_000)]
    public int LatencyMs { get; init; } = 200;

    /// <summary>A GStreamer pipeline of the operator's own in place of ours; {address} stands for the address, and its last element is an appsink called frames.</summary>
    [Description("A GStreamer pipeline in place of the built-in one; {address} stands for the address, and it ends in 'appsink name=frames' that takes BGRx.")]
    [DataType("pipeline")]
    public string? Pipeline { get; init; }

    /// <summary>The most frames a second that go through the network; 0 takes what comes.</summary>
    [Description("The most frames a second that go through the network; 0 takes what comes.")]
    [Range(0.0, 240.0)]
    public double MaxFps { get; init; }

    /// <summary>Share of the network under overload: a camera of priority 2 gets twice the frames of one of priority 1.</summary>
    [Description("Share of the network under overload: a camera of priority 2 gets twice the frames of one of priority 1.")]
    [Range(1, 100)]
    public int Priority { get; init; } = 1;

    /// <summary>Whether a file plays like a live camera or as fast as the network allows.</summary>
    [Description("Files: realTime plays like a live camera, asFastAsPossible uses every frame as fast as the network allows.")]
    public SourcePace Pace { get; init; } = SourcePace.RealTime;

    /// <summary>Whether a file starts again at its end.</summary>
    [Description("Files: start again at the end.")]
    public bool Loop { get; init; }

    /// <summary>The most memory that the camera's decoder process may hold, MB; one that leaks is ended and started again.</summary>
    [Description("The most memory that the camera's decoder process may hold, in MB: one that leaks is ended and started again. A 4K stream needs about 500.")]
    [Range(128, 65_536)]
    public int MaxDecoderMemoryMb { get; init; } = 1024;
}
