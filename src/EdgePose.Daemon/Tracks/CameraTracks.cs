using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tracks;

/// <summary>One camera's tracker and the frame that it saw last. On the pipeline's thread alone.</summary>
/// <param name="camera">The camera's id.</param>
/// <param name="tracker">Keeps its ids when the camera is exchanged or comes back.</param>
/// <param name="time">The clock.</param>
internal sealed class CameraTracks(string camera, Tracker tracker, TimeProvider time)
{
    // Frames of a live camera are never evenly spaced: so much later than the tracker's own limit, it is silent.
    private static readonly TimeSpan Unevenness = TimeSpan.FromSeconds(0.5);

    // Media time that falls by so much was started again (the decoder of a file was); frames out of order are closer together.
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(1);

    private bool hasSeen;
    private long begun = -1;
    private long seenTimestamp;

    /// <summary>The tracker.</summary>
    public Tracker Tracker => tracker;

    /// <summary>The frame that the tracker saw last; before the first one it has the camera's id alone.</summary>
    public FrameMoment Latest { get; private set; } = new() { CameraId = camera };

    /// <summary>Whether the tracker will get no frame that could continue a track: the source has ended and every frame is done, or none has come for too long.</summary>
    public bool IsSilent(CameraFeed feed) => feed.HasEnded
        ? feed.Counts.IsDrained
        : feed.Config.Pace == SourcePace.RealTime && time.GetElapsedTime(seenTimestamp) > tracker.LongestGap + Unevenness;

    /// <summary>
    /// Whether the tracks must end before this frame. Its clock was started again: to the tracker it would lie in the past.
    /// Or it has another size: the tracks' places are pixels of the old one.
    /// </summary>
    public bool MustEndBefore(Frame frame) => hasSeen && begun != frame.Sequence
        && (frame.CapturedMonotonic < Latest.CapturedMonotonic - Restart || (frame.WidthPx, frame.HeightPx) != (Latest.WidthPx, Latest.HeightPx));

    /// <summary>A frame is the next one: the tracks that it cannot continue have ended.</summary>
    public void Begin(Frame frame) => begun = frame.Sequence;

    /// <summary>Lets the tracker see a frame's poses.</summary>
    public void See(Frame frame, PoseList poses)
    {
        tracker.Update(poses, frame.CapturedMonotonic);
        (Latest, seenTimestamp, hasSeen) = (FrameMoment.Of(frame), time.GetTimestamp(), true);
    }
}
