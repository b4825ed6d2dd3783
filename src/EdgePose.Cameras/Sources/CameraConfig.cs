using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgePose.Regions;
using EdgePose.Scene;

namespace EdgePose.Cameras.Sources;

/// <summary>One camera: where its pictures come from, and how much of the device it may use.</summary>
public sealed record CameraConfig
{
    /// <summary>The camera's name in topics and messages: lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
    [Description("Name of the camera in topics and messages: lower-case letters, digits, '-' and '_'.")]
    [Required]
    [DataType("identifier")]
    public required string Id { get; init; }

    /// <summary>rtsp:// or rtsps:// without user and password, a video file, a folder of pictures, or /dev/videoN.</summary>
    [Description("Source: rtsp:// or rtsps:// without user and password, a video file or picture folder relative to this file, or a device. Prefer /dev/v4l/by-id/... to /dev/videoN, because its name is stable.")]
    [Required]
    [DataType("address")]
    public required string Address { get; init; }

    /// <summary>User name, for an RTSP camera that asks for one.</summary>
    [Description("User name for the RTSP camera.")]
    public string? Username { get; init; }

    /// <summary>File that holds the password (mode 0600), relative to the configuration file.</summary>
    [Description("File with the camera's password, mode 0600, relative to the configuration file.")]
    [DataType("secret file")]
    public string? PasswordFile { get; init; }

    /// <summary>File of certificates to trust for an rtsps camera; null for those that the system trusts.</summary>
    [Description("rtsps cameras: file with the certificate of the camera or of its authority (PEM), relative to the configuration file. By default the system's authorities are trusted. The certificate is always checked.")]
    [DataType("file")]
    public string? CaFile { get; init; }

    /// <summary>How RTP travels.</summary>
    [Description("Transport of RTP: tcp or udp.")]
    public RtpTransport Transport { get; init; } = RtpTransport.Tcp;

    /// <summary>How long RTP packets are held back to smooth the network's jitter, in milliseconds.</summary>
    [Description("Buffer time that smooths network jitter of RTP, in milliseconds.")]
    [Range(0, 10_000)]
    public int LatencyMs { get; init; } = 200;

    /// <summary>A GStreamer pipeline of the operator's own in place of ours; {address} stands for the address, and its last element is an appsink called frames.</summary>
    [Description("GStreamer pipeline that replaces the built-in one. {address} stands for the address. It ends in 'appsink name=frames' with BGRx input.")]
    [DataType("pipeline")]
    public string? Pipeline { get; init; }

    /// <summary>Whether pictures come as they are taken: such a source does not end, it goes offline and is tried again. Null where the address says so.</summary>
    [Description("Whether the source is live. A live source goes offline and is tried again; a recording ends. By default streams and devices are live, and paths are not.")]
    public bool? Live { get; init; }

    /// <summary>Number of the video track of a file, from 1; null for the largest.</summary>
    [Description("Files with several video tracks: number of the track to play, from 1. By default the largest plays.")]
    [Range(1, 100)]
    public int? VideoTrack { get; init; }

    /// <summary>Width of a pixel divided by its height, where the stream does not say so; null to follow the stream.</summary>
    [Description("Width of a pixel divided by its height, where the stream does not state it. Use 2 for 960x1080 that shows 1920x1080.")]
    [Range(0.25, 4.0)]
    public double? PixelAspect { get; init; }

    /// <summary>The longest time without a picture before a live camera counts as stalled, in seconds.</summary>
    [Description("Longest time without a picture before a live camera counts as stalled, in seconds. A slower camera gets three times its own interval.")]
    [Range(1.0, 3600.0)]
    public double StallSeconds { get; init; } = 4.5;

    /// <summary>The longest wait for a live camera's first picture, in seconds, while no packet comes.</summary>
    [Description("Longest wait for the first picture of a live camera while no packet comes, in seconds. While packets come, a key frame may take two minutes.")]
    [Range(1.0, 3600.0)]
    public double FirstPictureSeconds { get; init; } = 20;

    /// <summary>The most frames a second that go through the network; 0 takes what comes.</summary>
    [Description("Most frames per second through the network; 0 sets no limit.")]
    [Range(0.0, 240.0)]
    public double MaxFps { get; init; }

    /// <summary>Share of the network under overload: a camera of priority 2 gets twice the frames of one of priority 1.</summary>
    [Description("Share of the network under overload. Priority 2 gets twice the frames of priority 1.")]
    [Range(1, 100)]
    public int Priority { get; init; } = 1;

    /// <summary>What differs for this camera from the section of regions.</summary>
    [Description("Differences of this camera from the section regions.")]
    public CameraRegions Regions { get; init; } = new();

    /// <summary>Whether a file plays like a live camera or as fast as the network allows.</summary>
    [Description("Files only: realTime plays like a live camera; asFastAsPossible uses every frame at the network's speed.")]
    public SourcePace Pace { get; init; } = SourcePace.RealTime;

    /// <summary>Whether a file starts again at its end.</summary>
    [Description("Files only: start again at the end.")]
    public bool Loop { get; init; }

    /// <summary>The most memory that the camera's decoder process may hold, MB; one that leaks is ended and started again.</summary>
    [Description("Memory limit of the camera's decoder process, in MB. A decoder above it is restarted. A 4K stream needs about 500.")]
    [Range(128, 65_536)]
    public int MaxDecoderMemoryMb { get; init; } = 1024;

    /// <summary>What is watched in its picture.</summary>
    [Description("What is watched in the picture: zones, lines, falls, postures and gestures.")]
    public SceneOptions Scene { get; init; } = new();

    /// <summary>Where the network looks in this camera's frames.</summary>
    /// <param name="common">What holds for all cameras.</param>
    public RegionOptions RegionsWith(RegionOptions common)
    {
        ArgumentNullException.ThrowIfNull(common);
        return common with { Enabled = Regions.Enabled ?? common.Enabled, MaxFrameLinesPx = Regions.MaxFrameLinesPx ?? common.MaxFrameLinesPx, Budget = Regions.Budget ?? common.Budget };
    }
}
