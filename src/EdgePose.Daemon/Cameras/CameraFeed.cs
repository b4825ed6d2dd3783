using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Frames;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Cameras;

/// <summary>All that the pipeline holds of one camera: its mailbox, its rate cap and its tracker.</summary>
public sealed class CameraFeed(CameraConfig config, LatestFrame mailbox, Tracker tracker, TimeProvider time)
{
    private volatile bool ended;

    /// <summary>The camera's section of the configuration.</summary>
    public CameraConfig Config { get; } = config;

    /// <summary>Where the camera's newest frame waits.</summary>
    public LatestFrame Mailbox { get; } = mailbox;

    /// <summary>The camera's tracker; used by the pipeline's thread alone.</summary>
    public Tracker Tracker { get; } = tracker;

    /// <summary>When the camera is due again; used by the batcher's thread alone.</summary>
    public FrameRateCap Cap { get; } = new(config.MaxFps);

    /// <summary>Whether the source has come to its end (a file) and will send no more.</summary>
    public bool HasEnded => ended;

    /// <summary>Whether a frame arrived within <paramref name="span"/>.</summary>
    public bool IsLive(TimeSpan span) => Mailbox.LastPublished is var last && last != 0 && time.GetElapsedTime(last) < span;

    /// <summary>Notes that the source has come to its end.</summary>
    public void End() => ended = true;
}
