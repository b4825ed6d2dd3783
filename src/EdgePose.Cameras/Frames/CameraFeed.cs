using EdgePose.Cameras.Sources;
using EdgePose.Tracking;

namespace EdgePose.Cameras.Frames;

/// <summary>All that the pipeline holds of one camera: its mailbox, its rate cap, its tracker, and what became of its frames.</summary>
/// <param name="config">The camera's section of the configuration.</param>
/// <param name="mailbox">Where its newest frame waits.</param>
/// <param name="tracker">Its tracker; one that another feed of the same camera had before goes on with its ids.</param>
/// <param name="time">The clock.</param>
/// <param name="firstSequence">Number of the first frame: where a feed of the same camera before has ended.</param>
public sealed class CameraFeed(CameraConfig config, LatestFrame mailbox, Tracker tracker, TimeProvider time, long firstSequence = 0)
{
    // Frames of a live camera are never evenly spaced: so much later than the tracker's own limit, it is silent.
    private static readonly TimeSpan Unevenness = TimeSpan.FromSeconds(0.5);

    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool ended;
    private long received;
    private long inferred;
    private long faulty;
    private long failed;
    private long trackedTimestamp;
    private (int Width, int Height) lastTrackedSizePx;

    /// <summary>The camera's section of the configuration.</summary>
    public CameraConfig Config { get; } = config;

    /// <summary>Where the camera's pictures come from.</summary>
    public CameraSource Source { get; } = CameraSource.Of(config);

    /// <summary>Where the camera's newest frame waits.</summary>
    public LatestFrame Mailbox { get; } = mailbox;

    /// <summary>The camera's tracker; used by the pipeline's thread alone.</summary>
    public Tracker Tracker { get; } = tracker;

    /// <summary>When the camera is due again; used by the batcher's thread alone.</summary>
    public FrameRateCap Cap { get; } = new(config.MaxFps);

    /// <summary>Frames that arrived in the daemon. Each of them is inferred, faulty, superseded or capped in the end, or on its way.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Frames that went through the network and gave poses, none included.</summary>
    public long Inferred => Interlocked.Read(ref inferred);

    /// <summary>Frames that the network was to run on and gave nothing for: their maps were not finite, or its run failed.</summary>
    public long Faulty => Interlocked.Read(ref faulty);

    /// <summary>Those of the faulty ones whose run failed.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Capture time, on the camera's monotonic clock, of the frame that the tracker saw last; used by the pipeline's thread alone.</summary>
    public TimeSpan LastTrackedAt { get; private set; } = TimeSpan.MinValue + TimeSpan.FromDays(1);

    /// <summary>Whether the source has come to its end (a file) and will send no more.</summary>
    public bool HasEnded => ended;

    /// <summary>Ends when the camera was taken out of the pipeline: its tracks have ended and none of its frames is awaited any more.</summary>
    public Task Gone => gone.Task;

    /// <summary>Number of the frame that comes next.</summary>
    public long NextSequence => firstSequence + Received;

    /// <summary>Whether the tracker will get no frame that could continue a track: the source has ended and every frame is done, or none has come for too long.</summary>
    public bool IsSilent => ended ? IsDrained : Config.Pace == SourcePace.RealTime && time.GetElapsedTime(trackedTimestamp) > Tracker.LongestGap + Unevenness;

    // What is done is read first, what has arrived last: a frame that arrives in between makes them differ, never agree.
    private bool IsDrained => Inferred + Faulty + Mailbox.Superseded + Mailbox.Capped is var done && done == Received;

    /// <summary>Whether a frame arrived within <paramref name="span"/>.</summary>
    public bool IsLive(TimeSpan span) => Mailbox.LastPublished is var last && last != 0 && time.GetElapsedTime(last) < span;

    /// <summary>Whether the frame is of another size than the one that the tracker saw last; used by the pipeline's thread alone.</summary>
    public bool HasChangedSize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return lastTrackedSizePx != default && lastTrackedSizePx != (frame.WidthPx, frame.HeightPx);
    }

    /// <summary>Counts a frame that arrived.</summary>
    /// <returns>Its number, from 0 at the daemon's start.</returns>
    public long CountReceived() => firstSequence + Interlocked.Increment(ref received) - 1;

    /// <summary>Counts a frame that the tracker has seen.</summary>
    public void CountInferred(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        LastTrackedAt = frame.CapturedMonotonic;
        lastTrackedSizePx = (frame.WidthPx, frame.HeightPx);
        trackedTimestamp = time.GetTimestamp();
        Interlocked.Increment(ref inferred);
    }

    /// <summary>Counts a frame whose maps were not finite.</summary>
    public void CountFaulty() => Interlocked.Increment(ref faulty);

    /// <summary>Counts a frame as faulty whose run of the network failed.</summary>
    public void CountFailed()
    {
        Interlocked.Increment(ref failed);
        CountFaulty();
    }

    /// <summary>Notes that the source has come to its end.</summary>
    public void End() => ended = true;

    /// <summary>Notes that the pipeline is done with the camera.</summary>
    public void Go() => gone.TrySetResult();
}
