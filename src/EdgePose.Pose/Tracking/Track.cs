namespace EdgePose.Tracking;

/// <summary>
/// One person over time. It belongs to its <see cref="Tracker"/>, which uses it again: read it before the tracker's next update, and keep no
/// reference.
/// </summary>
public sealed class Track
{
    // After a longer gap a keypoint's filter restarts: it would drag the keypoint across the picture.
    private static readonly TimeSpan MaxSmoothingGap = TimeSpan.FromSeconds(0.5);

    private readonly Keypoint[] keypoints;
    private readonly OneEuroFilter[] filters;
    private readonly TimeSpan[] filteredAt;
    private TimeSpan placedAt;

    internal Track(int keypointCount, BodySize bodySize, Alignment alignment)
    {
        keypoints = new Keypoint[keypointCount];
        filters = new OneEuroFilter[keypointCount];
        filteredAt = new TimeSpan[keypointCount];
        Motion = new MotionModel(keypointCount, bodySize, alignment);
    }

    /// <summary>Unique for each tracker, from 1, never used twice. Given when the track is confirmed; 0 before.</summary>
    public long Id { get; internal set; }

    /// <summary>Where the track stands in its life.</summary>
    public TrackState State { get; internal set; }

    /// <summary>Score of the last matched pose, 0 to 1.</summary>
    public float Score { get; private set; }

    /// <summary>Index of the matched pose in the list given to <see cref="Tracker.Update"/>; -1 where none was matched in this frame.</summary>
    public int PoseIndex { get; internal set; } = -1;

    /// <summary>
    /// Smoothed keypoints in source pixels, as many as the skeleton has; absent ones have confidence 0. While hidden: those of the last matched pose.
    /// Where the frame was not looked at: those of the last matched pose, moved on with the body.
    /// </summary>
    public ReadOnlySpan<Keypoint> Keypoints => keypoints;

    /// <summary>Box of the present keypoints in source pixels; while hidden, of the predicted ones.</summary>
    public BoundingBox Box => State is TrackState.Hidden or TrackState.Ended ? Motion.Box : BoundingBox.Around(keypoints);

    /// <summary>Capture time of the first frame that the person was seen in, on the caller's monotonic clock.</summary>
    public TimeSpan StartedAt { get; private set; }

    /// <summary>Capture time of the last frame that the person was seen in.</summary>
    public TimeSpan LastSeenAt { get; private set; }

    /// <summary>How many frames the person was seen in.</summary>
    public int FramesSeen { get; private set; }

    /// <summary>Velocity of the body to the right, in source pixels a second.</summary>
    public float VelocityXPxPerSecond => Motion.VelocityXPxPerSecond;

    /// <summary>Velocity of the body downwards, in source pixels a second.</summary>
    public float VelocityYPxPerSecond => Motion.VelocityYPxPerSecond;

    /// <summary>Estimated standing height in source pixels, from whichever keypoints are seen; at least 16.</summary>
    public float HeightPx => Motion.HeightPx;

    internal MotionModel Motion { get; }

    /// <summary>When and how a planner of views looked at it.</summary>
    internal Attention Attention { get; } = new();

    /// <summary>Whether it was seen when it was last looked at, and not looked at in the latest frame.</summary>
    internal bool IsCarried => PoseIndex < 0 && FramesMissed == 0 && State == TrackState.Visible;

    /// <summary>Frames in a row without a pose.</summary>
    internal int FramesMissed { get; set; }

    internal void Start(ReadOnlySpan<Keypoint> pose, float score, int poseIndex, TimeSpan at)
    {
        Id = 0;
        State = TrackState.Tentative;
        StartedAt = LastSeenAt = placedAt = at;
        Attention.Reset();
        FramesSeen = 1;
        FramesMissed = 0;
        Score = score;
        PoseIndex = poseIndex;
        Motion.Start(pose, at);
        for (int i = 0; i < keypoints.Length; i++)
        {
            keypoints[i] = pose[i];
            filters[i] = OneEuroFilter.At(pose[i].X, pose[i].Y);
            filteredAt[i] = pose[i].IsPresent ? at : TimeSpan.MinValue;
        }
    }

    internal void Continue(ReadOnlySpan<Keypoint> pose, float score, int poseIndex, TimeSpan at, TrackerOptions options)
    {
        LastSeenAt = placedAt = at;
        FramesSeen++;
        FramesMissed = 0;
        Attention.IsWatched = true;
        Score = score;
        PoseIndex = poseIndex;
        Motion.Correct(pose);
        for (int i = 0; i < keypoints.Length; i++)
        {
            keypoints[i] = pose[i].IsPresent ? Smooth(i, pose[i], at, options) : default;
        }
    }

    /// <summary>No pose was matched: the person was missed, or nobody looked, and then the body moves on as it did.</summary>
    internal void Miss(TimeSpan at)
    {
        PoseIndex = -1;
        FramesMissed += Attention.IsWatched ? 1 : 0;
        Attention.IsWatched = true; // a plan is for one frame

        if (FramesMissed > 0)
        {
            return;
        }

        var seconds = (float)(at - placedAt).TotalSeconds;
        var (x, y) = (VelocityXPxPerSecond * seconds, VelocityYPxPerSecond * seconds);
        for (int i = 0; i < keypoints.Length; i++)
        {
            keypoints[i] = keypoints[i].IsPresent ? keypoints[i] with { X = keypoints[i].X + x, Y = keypoints[i].Y + y } : default;
        }

        placedAt = at;
    }

    private Keypoint Smooth(int index, Keypoint raw, TimeSpan at, TrackerOptions options)
    {
        bool fresh = filteredAt[index] == TimeSpan.MinValue || at - filteredAt[index] > MaxSmoothingGap;
        double seconds = fresh ? 0 : (at - filteredAt[index]).TotalSeconds;
        filteredAt[index] = at;
        if (fresh)
        {
            filters[index] = OneEuroFilter.At(raw.X, raw.Y);
            return raw;
        }

        (float x, float y) = filters[index].Next(
            raw.X, raw.Y, seconds, Motion.HeightPx, options.SmoothingMinCutoffHertz, options.SmoothingSpeedCoefficient);
        return raw with { X = x, Y = y };
    }
}
