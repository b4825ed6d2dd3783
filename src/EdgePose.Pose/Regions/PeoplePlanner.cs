using EdgePose.Tracking;

namespace EdgePose.Regions;

/// <summary>Which tracked people get a view of a frame: new ones and those just missed at once, those who move with each frame, those at rest now and then.</summary>
internal sealed class PeoplePlanner(Skeleton skeleton, RegionOptions options, (int Width, int Height) personPx)
{
    // A hidden person is looked for in each frame, then in some: the view is wide by then.
    private const int MissesAtOnce = 5;
    private static readonly TimeSpan HiddenInterval = TimeSpan.FromSeconds(0.2);

    // However little is left of the budget, nobody who moves is left out of sight for longer.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(0.4);

    // In body heights a second.
    private const float MovingSpeed = 0.15f;

    // A view's person may reach this far beyond the predicted box, in body heights, and still moves in the own place.
    private const float Reach = 0.1f;

    private readonly PersonViews views = new(skeleton, personPx.Width, personPx.Height);
    private readonly Track?[] due = new Track?[ViewPlan.MostViews];
    private (int Width, int Height) framePx;
    private int dueCount;

    /// <summary>Whether somebody was missed who was found in the look before.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Begins again.</summary>
    public void Reset((int Width, int Height) frame) => framePx = frame;

    /// <summary>Finds out who is due. Nobody is looked at so far.</summary>
    public void Look(TimeSpan now, MotionMap motion, ReadOnlySpan<Track> tracks)
    {
        due.AsSpan(0, dueCount).Clear();
        (dueCount, HasLost) = (0, false);
        foreach (var track in tracks)
        {
            track.Attention.IsWatched = false;
            HasLost |= track.State == TrackState.Hidden && track.FramesMissed == 1;
            if (!IsInFrame(track))
            {
                track.Attention.IsWatched = true; // nobody is there: the person has left
            }
            else if (dueCount < due.Length && IsDue(track, now, motion))
            {
                due[dueCount++] = track;
            }
        }
    }

    /// <summary>The whole frame is looked at, and so is everybody in it, at a finer scale.</summary>
    public void LookAtAll(ReadOnlySpan<Track> tracks)
    {
        foreach (var track in tracks)
        {
            if (IsInFrame(track) && track.State == TrackState.Visible && dueCount < due.Length && !due.AsSpan(0, dueCount).Contains(track))
            {
                due[dueCount++] = track;
            }
        }
    }

    /// <summary>Takes the views that the budget does not ask about: new people, and those who have waited for long.</summary>
    public void TakeUrgent(TimeSpan now, ViewPlan plan, PixelBudget budget)
    {
        for (var i = 0; i < dueCount; i++)
        {
            var track = due[i]!;
            if (track.State == TrackState.Tentative || now - track.Attention.LookedAt >= LongestWait)
            {
                Take(track, now, plan, budget);
                due[i] = null;
            }
        }
    }

    /// <summary>Takes the views of the others, who was looked at the longest ago first, while the budget lasts.</summary>
    public void TakeOthers(TimeSpan now, ViewPlan plan, PixelBudget budget)
    {
        while (budget.IsLeft)
        {
            var next = -1;
            for (var i = 0; i < dueCount; i++)
            {
                if (due[i] is { } track && (next < 0 || track.Attention.LookedAt < due[next]!.Attention.LookedAt))
                {
                    next = i;
                }
            }

            if (next < 0)
            {
                return;
            }

            Take(due[next]!, now, plan, budget);
            due[next] = null;
        }
    }

    private bool IsDue(Track track, TimeSpan now, MotionMap motion)
    {
        var waited = now - track.Attention.LookedAt;
        return track.State switch
        {
            TrackState.Hidden => track.FramesMissed <= MissesAtOnce || waited >= HiddenInterval,
            TrackState.Visible => waited >= TimeSpan.FromSeconds(options.StillSeconds) || Moves(track, motion),
            _ => true,
        };
    }

    private bool Moves(Track track, MotionMap motion) =>
        motion.IsWholeChange || track.Motion.IsFasterThan(MovingSpeed) || MotionPlaces.Moves(motion.Moving, Cells.Of(track.Motion.Box, Reach * track.HeightPx, framePx));

    private bool IsInFrame(Track track)
    {
        var box = track.Motion.Box;
        return box.CentreXPx >= 0 && box.CentreXPx < framePx.Width && box.CentreYPx >= 0 && box.CentreYPx < framePx.Height;
    }

    private void Take(Track track, TimeSpan now, ViewPlan plan, PixelBudget budget)
    {
        track.Attention.IsWatched = budget.TryTake(views.Of(track, now), plan);
    }
}
