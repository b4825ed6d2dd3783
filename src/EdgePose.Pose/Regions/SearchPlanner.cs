using EdgePose.Tracking;

namespace EdgePose.Regions;

/// <summary>Where somebody may be who is not tracked: where something moves that no person explains, at the size that people have there, and window by window.</summary>
internal sealed class SearchPlanner((int Width, int Height) personPx)
{
    // Who walks in crosses a tenth of the own height in this time; a camera of 30 fps needs no search in each frame.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);

    // In body heights: what a person moves round the own box, such as a shadow or a door.
    private const float Explained = 0.35f;

    // A person in a search view covers this share of its height.
    private const double Filled = 0.7;

    // Where nothing is known of sizes: what moves is a person, or a part of one.
    private const double MinShareOfFrame = 1 / 14.0;
    private const double MaxShareOfFrame = 0.9;

    // Of a person's height; less that moves is a hand's shadow.
    private const double LeastShare = 0.35;

    // A person who was seen takes about this share more than the cells that move.
    private const double Grown = 1.3;

    private readonly MotionPlaces places = new();
    private readonly SizeMap sizes = new();
    private readonly SweepWindows sweep = new();
    private (int Width, int Height) framePx;
    private TimeSpan foundAt = Attention.Never;

    /// <summary>Whether some window of the sweep is to be searched.</summary>
    public bool IsSweepDue => sweep.IsDue;

    /// <summary>Whether some window was never searched.</summary>
    public bool IsFirstSweep => sweep.IsFirst;

    /// <summary>Begins again.</summary>
    public void Reset((int Width, int Height) frame, double wholeScale)
    {
        (framePx, foundAt) = (frame, Attention.Never);
        places.Reset();
        sizes.Reset();
        sweep.Reset(wholeScale);
    }

    /// <summary>Finds what moves without a person, and learns from the people who were seen.</summary>
    public void Look(TimeSpan now, MotionMap motion, ReadOnlySpan<Track> tracks)
    {
        places.Begin(motion.Moving);
        foreach (var track in tracks)
        {
            if (track.State == TrackState.Visible && track.PoseIndex >= 0)
            {
                sizes.Learn(track.Motion.Box.CentreXPx / framePx.Width, track.Motion.Box.CentreYPx / framePx.Height, track.HeightPx);
            }

            places.Explain(Cells.Of(track.Motion.Box, Explained * track.HeightPx, framePx));
        }

        sweep.Mark(places.Open);
        if (now - foundAt >= Interval)
        {
            foundAt = now;
            places.Find(now);
        }
    }

    /// <summary>Takes a view of each place while the budget lasts.</summary>
    public void TakePlaces(ViewPlan plan, PixelBudget budget)
    {
        foreach (var cells in places.Found)
        {
            if (budget.IsLeft && Of(cells) is { } view)
            {
                budget.TryTake(view, plan);
            }
        }
    }

    /// <summary>The next window of the sweep. Only when one is due.</summary>
    public View SweepNext((int Width, int Height) wholePx) => sweep.Next(framePx.Width, framePx.Height, wholePx.Width, wholePx.Height);

    /// <summary>The view of a place: a person of the size that people have there, or of what moves; null where that is too small for one.</summary>
    private View? Of(BoundingBox cells)
    {
        var (x, y) = ((double)framePx.Width / MotionMap.Columns, (double)framePx.Height / MotionMap.Rows);
        var (centreX, centreY) = (cells.CentreXPx * x, cells.CentreYPx * y);
        var known = sizes.At(centreX / framePx.Width, centreY / framePx.Height);
        var moved = Math.Max(cells.HeightPx * y, cells.WidthPx * x) * Grown;
        if (moved < LeastShare * (known > 0 ? known : MinShareOfFrame * framePx.Height))
        {
            return null;
        }

        var size = known > 0 ? Math.Clamp(moved, known, 1.5 * known) : Math.Clamp(moved, MinShareOfFrame * framePx.Height, MaxShareOfFrame * framePx.Height);
        return View.Around(ViewKind.Search, centreX, centreY, 0, Filled * personPx.Height / size, personPx.Width, personPx.Height);
    }
}
