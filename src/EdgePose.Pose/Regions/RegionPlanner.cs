using EdgePose.Tracking;

namespace EdgePose.Regions;

/// <summary>
/// Decides for each frame of one camera where the network looks: at the people who are tracked, at what moves without one, and at the whole frame when that is needed.
/// Pure: it knows no clock but the frames' own. Deterministic; a plan allocates nothing.
/// </summary>
/// <remarks>The order in which views are chosen is the order of their worth: what comes last is given up first when the budget is spent.</remarks>
public sealed class RegionPlanner
{
    // Between two looks at the whole frame for a reason: a person who is lost for longer costs no more.
    private static readonly TimeSpan AlarmInterval = TimeSpan.FromSeconds(0.4);

    // Between two windows of the sweep, once every window was searched.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(3);

    // In body heights a second: a walk is 0.8. Faster is a fall, or a prediction that is wrong.
    private const float AbruptSpeed = 2;

    private readonly RegionOptions options;
    private readonly (int Width, int Height) wholePx;
    private readonly PeoplePlanner people;
    private readonly SearchPlanner search;
    private readonly PixelBudget budget = new();
    private (int Width, int Height) framePx;
    private TimeSpan wholeAt;
    private TimeSpan sweptAt;
    private bool movedSinceWhole;
    private bool hasBegun;

    /// <summary>Makes a planner for one camera.</summary>
    /// <param name="skeleton">What the keypoints mean.</param>
    /// <param name="options">How it plans.</param>
    /// <param name="wholePx">Size of the whole frame's view, network pixels.</param>
    /// <param name="personPx">Size of a person's view, network pixels.</param>
    public RegionPlanner(Skeleton skeleton, RegionOptions options, (int Width, int Height) wholePx, (int Width, int Height) personPx)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.wholePx) = (options, wholePx);
        people = new(skeleton, options, personPx);
        search = new(personPx);
    }

    /// <summary>Begins again: the next frame is the first. For a camera whose picture has another size, or whose tracks have ended.</summary>
    public void Reset() => hasBegun = false;

    /// <summary>Plans the views of the next frame, and notes in each track whether it is looked at.</summary>
    /// <param name="now">Capture time of the frame, as the tracker will get it.</param>
    /// <param name="frameWidthPx">Width of the frame.</param>
    /// <param name="frameHeightPx">Height of the frame.</param>
    /// <param name="motion">Updated with this frame.</param>
    /// <param name="tracker">The camera's, before this frame. Its predictions move on to it.</param>
    /// <param name="plan">Cleared, then filled.</param>
    public void Plan(TimeSpan now, int frameWidthPx, int frameHeightPx, MotionMap motion, Tracker tracker, ViewPlan plan)
    {
        ArgumentNullException.ThrowIfNull(motion);
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(plan);
        plan.Clear();
        var whole = View.Whole(frameWidthPx, frameHeightPx, wholePx.Width, wholePx.Height);
        var begins = !hasBegun || framePx != (frameWidthPx, frameHeightPx) || now < wholeAt;
        if (begins)
        {
            (framePx, hasBegun, wholeAt, sweptAt, movedSinceWhole) = ((frameWidthPx, frameHeightPx), true, now, now, true);
            budget.Reset();
            people.Reset(framePx);
            search.Reset(framePx, whole.Scale);
        }

        tracker.Predict(now);
        tracker.FollowsFalls = true;
        budget.Fill(now, options.Budget * whole.Pixels);
        people.Look(now, motion, tracker.All);
        search.Look(now, motion, tracker.All);
        movedSinceWhole |= motion.Count > 0 || motion.IsWholeChange;
        var since = now - wholeAt;
        var alarm = people.HasLost || HasAbrupt(tracker.Visible);
        if (begins || motion.IsWholeChange || (alarm && since >= AlarmInterval) || since >= TimeSpan.FromSeconds(movedSinceWhole ? options.WholeSeconds : options.CalmSeconds))
        {
            (wholeAt, movedSinceWhole) = (now, false);
            budget.TryTake(whole, plan);
            people.LookAtAll(tracker.All);
        }

        people.TakeUrgent(now, plan, budget);
        people.TakeOthers(now, plan, budget);
        search.TakePlaces(plan, budget);
        if (budget.IsLeft && search.IsSweepDue && (search.IsFirstSweep || now - sweptAt >= SweepInterval) && !begins)
        {
            sweptAt = now;
            budget.TryTake(search.SweepNext(wholePx), plan);
        }
    }

    private static bool HasAbrupt(ReadOnlySpan<Track> tracks)
    {
        foreach (var track in tracks)
        {
            if (track.Motion.IsFasterThan(AbruptSpeed))
            {
                return true;
            }
        }

        return false;
    }
}
