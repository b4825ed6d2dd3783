namespace EdgePose.Tracking;

/// <summary>
/// Turns the poses of one camera's frames into tracks: ids that hold through crossings and short occlusions, and keypoints that do not shake.
/// The order of association is ByteTrack's (Zhang et al. 2022): sure poses first, for visible and hidden people together, then unsure ones only to
/// continue a track seen lately, then what is left for people not yet confirmed. Visible before hidden would be wrong: where two people cross and one
/// vanishes, the other's track may have followed the wrong one. Not thread-safe. Deterministic; an update allocates nothing.
/// </summary>
public sealed class Tracker
{
    // Who is hidden for longer is searched widely: an unsure pose there may be anything.
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(1);

    // Time stamps of 33 ms frames are rounded: a hidden time that is too long by less than this is not too long.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    private readonly TrackerOptions options;
    private readonly TimeSpan maxHidden;
    private readonly Detections detections;
    private readonly Association association;
    private readonly Births births;
    private readonly Falls falls;
    private readonly TrackPool pool;
    private readonly int[] poseOfTrack;
    private TrackSet tracks;
    private TrackSet visible;
    private TrackSet hidden;
    private TrackSet started;
    private TrackSet ended;
    private TimeSpan now = TimeSpan.MinValue;
    private long lastId;

    /// <summary>Makes a tracker without tracks.</summary>
    /// <param name="skeleton">What the keypoints mean; any number of keypoints.</param>
    /// <param name="options">How poses become tracks.</param>
    public Tracker(Skeleton skeleton, TrackerOptions options)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxPeople);
        this.options = options;
        Skeleton = skeleton;
        maxHidden = TimeSpan.FromSeconds(options.MaxHiddenSeconds);
        int capacity = 2 * options.MaxPeople;
        Alignment alignment = new(skeleton.KeypointCount);
        Similarity similarity = new(skeleton, alignment);
        detections = new Detections(options.MaxPeople, skeleton.KeypointCount);
        association = new Association(similarity, capacity, options.MaxPeople, options.MinSimilarity);
        pool = new TrackPool(skeleton, alignment, capacity);
        births = new Births(similarity, detections, options);
        falls = new Falls(skeleton);
        poseOfTrack = new int[capacity];
        (tracks, visible, hidden, started, ended) = (new(capacity), new(capacity), new(capacity), new(capacity), new(capacity));
    }

    /// <summary>What the keypoints mean.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>Whether, in the next frame, a person keeps the id through a fall that turns the body between two frames.</summary>
    internal bool FollowsFalls { get; set; }

    /// <summary>A gap between two frames that is longer than this ends every track.</summary>
    public TimeSpan LongestGap => maxHidden > Recently ? maxHidden : Recently;

    /// <summary>Whether anybody is tracked, not yet confirmed ones included.</summary>
    public bool HasTracks => tracks.Items.Length > 0;

    /// <summary>Confirmed tracks that were matched in the latest frame, or were not looked at and seen when they last were; the oldest first.</summary>
    public ReadOnlySpan<Track> Visible => visible.Items;

    /// <summary>Confirmed tracks that were not: their places are predicted.</summary>
    public ReadOnlySpan<Track> Hidden => hidden.Items;

    /// <summary>Tracks confirmed in the latest frame; they are in <see cref="Visible"/> too.</summary>
    public ReadOnlySpan<Track> Started => started.Items;

    /// <summary>Confirmed tracks that ended in the latest frame: hidden for longer than allowed.</summary>
    public ReadOnlySpan<Track> Ended => ended.Items;

    /// <summary>Every track, not yet confirmed ones included.</summary>
    internal ReadOnlySpan<Track> All => tracks.Items;

    /// <summary>Moves every prediction on to the next frame, before it is looked at. <see cref="Update"/> does it too.</summary>
    /// <param name="capturedAt">As for <see cref="Update"/>.</param>
    internal void Predict(TimeSpan capturedAt)
    {
        foreach (Track track in tracks.Items)
        {
            track.Motion.Predict(capturedAt > now ? capturedAt : now, track.State == TrackState.Hidden);
        }
    }

    /// <summary>Takes in the poses of the next frame, none included: time passes for hidden people only by frames.</summary>
    /// <param name="poses">Keypoints in source pixels, of this tracker's skeleton. Keypoints that are not finite count as absent.</param>
    /// <param name="capturedAt">
    /// Capture time on a monotonic clock. A time before the latest frame's is taken as that one's: predictions stand still and nothing expires.
    /// </param>
    /// <exception cref="ArgumentException">The poses are of another skeleton.</exception>
    public void Update(PoseList poses, TimeSpan capturedAt)
    {
        ArgumentNullException.ThrowIfNull(poses);
        if (poses.Skeleton.Id != Skeleton.Id || poses.Skeleton.KeypointCount != Skeleton.KeypointCount)
        {
            throw new ArgumentException(
                $"The poses have skeleton '{poses.Skeleton.Id}' ({poses.Skeleton.KeypointCount} keypoints), but this tracker was made for "
                + $"'{Skeleton.Id}' ({Skeleton.KeypointCount}). Make a tracker for the network's skeleton.",
                nameof(poses));
        }

        ForgetLatestFrame();
        now = capturedAt > now ? capturedAt : now;
        detections.Read(poses);
        Expire();
        Predict(now);
        Associate();
        Settle();
        births.Find(tracks.Items);
        foreach (int pose in births.Found)
        {
            Start(pose);
        }
    }

    /// <summary>
    /// The camera is gone: every confirmed track moves to <see cref="Ended"/>, for the caller to announce. Ids go on from where they were;
    /// the next frame's time may be any, for example of a clock that was restarted.
    /// </summary>
    public void End()
    {
        ForgetLatestFrame();
        foreach (Track track in tracks.Items)
        {
            Finish(track);
        }

        tracks.Clear();
        now = TimeSpan.MinValue;
    }

    private void ForgetLatestFrame()
    {
        foreach (Track track in ended.Items)
        {
            pool.Return(track);
        }

        visible.Clear();
        hidden.Clear();
        started.Clear();
        ended.Clear();
    }

    private void Expire()
    {
        int kept = 0;
        foreach (Track track in tracks.Items)
        {
            // A person seen in the latest frame is not hidden, however slow the frames come; after a long stall, though, nobody is where he was.
            TimeSpan limit = track.FramesMissed == 0 && maxHidden < Recently ? Recently : maxHidden;
            if (now - track.LastSeenAt > limit + Rounding)
            {
                Finish(track);
            }
            else
            {
                tracks.Items[kept++] = track;
            }
        }

        tracks.Truncate(kept);
    }

    private void Associate()
    {
        poseOfTrack.AsSpan(0, tracks.Items.Length).Fill(-1);
        Pass(confirmed: true, TimeSpan.MaxValue, options.HighScore);
        Pass(confirmed: true, Recently, options.LowScore);
        if (FollowsFalls)
        {
            falls.Match(tracks.Items, Recently, now, detections, options.HighScore, poseOfTrack);
            FollowsFalls = false;
        }

        Pass(confirmed: false, TimeSpan.MaxValue, options.HighScore);
    }

    /// <summary>Matches tracks that have no pose yet with the poses of at least this score that no track has taken.</summary>
    private void Pass(bool confirmed, TimeSpan maxAge, float minScore)
    {
        association.Clear();
        for (int i = 0; i < tracks.Items.Length; i++)
        {
            Track track = tracks.Items[i];
            if (poseOfTrack[i] < 0 && (track.State != TrackState.Tentative) == confirmed && now - track.LastSeenAt <= maxAge)
            {
                association.AddTrack(i);
            }
        }

        for (int i = 0; i < detections.Count; i++)
        {
            if (!detections.IsTaken(i) && detections.Score(i) >= minScore)
            {
                association.AddPose(i);
            }
        }

        association.Solve(tracks.Items, detections, poseOfTrack);
    }

    private void Settle()
    {
        int kept = 0;
        for (int i = 0; i < tracks.Items.Length; i++)
        {
            Track track = tracks.Items[i];
            if (poseOfTrack[i] >= 0)
            {
                int pose = poseOfTrack[i];
                track.Continue(detections.Keypoints(pose), detections.Score(pose), pose, now, options);
            }
            else
            {
                track.Miss(now);
            }

            if (Place(track))
            {
                tracks.Items[kept++] = track;
            }
        }

        tracks.Truncate(kept);
    }

    /// <summary>Gives the track its state and its place in the lists; false when it is dropped.</summary>
    private bool Place(Track track)
    {
        if (track.State == TrackState.Tentative)
        {
            // One missed frame is forgiven; two, and it was no person.
            if (track.FramesMissed > 1 || births.IsDuplicate(track, visible.Items))
            {
                pool.Return(track);
                return false;
            }

            if (track.PoseIndex >= 0 && track.FramesSeen >= options.ConfirmFrames)
            {
                Confirm(track);
            }

            return true;
        }

        track.State = track.PoseIndex >= 0 || track.IsCarried ? TrackState.Visible : TrackState.Hidden;
        (track.State == TrackState.Visible ? ref visible : ref hidden).Add(track);
        return true;
    }

    private void Start(int pose)
    {
        if (tracks.IsFull)
        {
            return;
        }

        Track track = pool.Rent();
        track.Start(detections.Keypoints(pose), detections.Score(pose), pose, now);
        tracks.Add(track);
        if (options.ConfirmFrames <= 1)
        {
            Confirm(track);
        }
    }

    private void Confirm(Track track)
    {
        track.Id = ++lastId;
        track.State = TrackState.Visible;
        visible.Add(track);
        started.Add(track);
    }

    private void Finish(Track track)
    {
        if (track.State == TrackState.Tentative)
        {
            pool.Return(track);
            return;
        }

        track.State = TrackState.Ended;
        track.PoseIndex = -1;
        ended.Add(track);
    }
}
