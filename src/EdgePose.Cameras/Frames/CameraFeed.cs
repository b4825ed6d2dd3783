using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Frames;

/// <summary>What the pipeline holds of one camera: its mailbox, its rate cap, and what became of its frames.</summary>
/// <param name="config">The camera's section of the configuration.</param>
/// <param name="mailbox">Where its newest frame waits.</param>
/// <param name="time">The clock.</param>
/// <param name="firstSequence">Number of the first frame: where a feed of the same camera before has ended.</param>
public sealed class CameraFeed(CameraConfig config, LatestFrame mailbox, TimeProvider time, long firstSequence = 0)
{
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool ended;
    private double cost = 1;

    /// <summary>The camera's section of the configuration.</summary>
    public CameraConfig Config { get; } = config;

    /// <summary>Where the camera's pictures come from.</summary>
    public CameraSource Source { get; } = CameraSource.Of(config);

    /// <summary>Where the camera's newest frame waits.</summary>
    public LatestFrame Mailbox { get; } = mailbox;

    /// <summary>What became of the camera's frames.</summary>
    public FrameCounts Counts => Mailbox.Counts;

    /// <summary>When the camera is due again; used by the batcher's thread alone.</summary>
    public FrameRateCap Cap { get; } = new(config.MaxFps);

    /// <summary>What the camera's latest frame cost, in whole frames. Written by the pipeline's thread, read by the batcher's.</summary>
    public double Cost
    {
        get => Volatile.Read(ref cost);
        set => Volatile.Write(ref cost, value);
    }

    /// <summary>Whether the source has come to its end (a file) and will send no more.</summary>
    public bool HasEnded => ended;

    /// <summary>Ends when the camera was taken out of the pipeline: its tracks have ended and none of its frames is awaited any more.</summary>
    public Task Gone => gone.Task;

    /// <summary>Number of the frame that comes next.</summary>
    public long NextSequence => firstSequence + Counts.Received;

    /// <summary>Whether a frame arrived within <paramref name="span"/>.</summary>
    public bool IsLive(TimeSpan span) => Mailbox.LastPublished is var last && last != 0 && time.GetElapsedTime(last) < span;

    /// <summary>Counts a frame that arrived.</summary>
    /// <returns>Its number, from 0 at the daemon's start.</returns>
    public long CountReceived() => firstSequence + Counts.CountReceived() - 1;

    /// <summary>Notes that the source has come to its end.</summary>
    public void End() => ended = true;

    /// <summary>Notes that the pipeline is done with the camera.</summary>
    public void Go() => gone.TrySetResult();
}
