using EdgePose.Tracking;

namespace EdgePose.Regions;

/// <summary>
/// The poses of all views of one frame as the people of that frame, for the tracker to give ids to: one person once, and the better view wins. A fragment that a view's border cuts off
/// is no new person; its score is lowered, so that it may only continue a track.
/// </summary>
/// <remarks>Deterministic; allocates nothing. For one thread at a time.</remarks>
public sealed class ViewMerger
{
    /// <summary>Two poses of different views that are alike by more than this (OKS) are one person.</summary>
    private const float Same = 0.5f;

    // Share of a view's sides that is its border.
    private const double Border = 0.08;

    // Share of its keypoints from which a neighbour is whole, though a hand lies at the border.
    private const double WholeShare = 0.7;

    // The pose that a view was made for is better than what others see of the same body; a cut one is worse.
    private const float OwnBonus = 0.3f;
    private const float CutMalus = 0.5f;
    private const float OwnOverlap = 0.3f;

    private readonly Similarity similarity;
    private readonly BodySize bodySize;
    private readonly float cutScore;
    private readonly PoseList candidates;
    private readonly int[] viewOf;
    private readonly float[] ranks;
    private readonly bool[] isCut;
    private readonly BoundingBox[] boxes;
    private readonly float[] heights;
    private readonly int[] order;
    private (int Width, int Height) framePx;
    private int views;

    /// <summary>Makes a merger.</summary>
    /// <param name="skeleton">What the keypoints mean.</param>
    /// <param name="tracker">Its <see cref="TrackerOptions.HighScore"/> is what a fragment's score stays below.</param>
    /// <param name="capacity">The most poses of a frame, over all its views.</param>
    public ViewMerger(Skeleton skeleton, TrackerOptions tracker, int capacity = 256)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentNullException.ThrowIfNull(tracker);
        similarity = new(skeleton, new Alignment(skeleton.KeypointCount));
        bodySize = new(skeleton);
        cutScore = MathF.BitDecrement(tracker.HighScore);
        candidates = new(skeleton, capacity);
        (viewOf, order) = (new int[capacity], new int[capacity]);
        (ranks, heights) = (new float[capacity], new float[capacity]);
        (isCut, boxes) = (new bool[capacity], new BoundingBox[capacity]);
    }

    /// <summary>Begins a frame.</summary>
    public void Begin(int frameWidthPx, int frameHeightPx)
    {
        (framePx, views) = ((frameWidthPx, frameHeightPx), 0);
        candidates.Clear();
    }

    /// <summary>Adds what was found in one view.</summary>
    /// <param name="view">The view.</param>
    /// <param name="poses">Keypoints in source pixels.</param>
    public void Add(in View view, PoseList poses)
    {
        ArgumentNullException.ThrowIfNull(poses);
        for (var i = 0; i < poses.Count && candidates.TryAdd(poses[i].Score, out var keypoints); i++)
        {
            poses[i].Keypoints.CopyTo(keypoints);
            var at = candidates.Count - 1;
            var box = BoundingBox.Around(keypoints);
            var own = view.Subject.Area > 0 && box.IntersectionOverUnion(view.Subject) >= OwnOverlap;
            (boxes[at], heights[at], viewOf[at]) = (box, bodySize.HeightPx(keypoints), views);
            isCut[at] = view.Kind != ViewKind.Whole && IsCut(view, keypoints, own);
            ranks[at] = poses[i].Score + (own ? OwnBonus : 0) - (isCut[at] ? CutMalus : 0);
        }

        views++;
    }

    /// <summary>The people of the frame.</summary>
    /// <param name="people">Cleared, then filled, the best first.</param>
    public void Finish(PoseList people)
    {
        ArgumentNullException.ThrowIfNull(people);
        people.Clear();
        var kept = 0;
        for (var left = candidates.Count; left > 0; left--)
        {
            var best = Best();
            if (!IsSeen(best, order.AsSpan(0, kept)))
            {
                order[kept++] = best;
                var score = candidates[best].Score;
                if (people.TryAdd(isCut[best] ? MathF.Min(score, cutScore) : score, out var keypoints))
                {
                    candidates[best].Keypoints.CopyTo(keypoints);
                }
            }

            ranks[best] = float.NegativeInfinity;
        }
    }

    private int Best()
    {
        var best = 0;
        for (var i = 1; i < candidates.Count; i++)
        {
            best = ranks[i] > ranks[best] ? i : best;
        }

        return best;
    }

    /// <summary>Whether a better view has the same person.</summary>
    private bool IsSeen(int one, ReadOnlySpan<int> better)
    {
        foreach (var other in better)
        {
            if (viewOf[other] != viewOf[one]
                && similarity.AreOnePerson(candidates[one].Keypoints, boxes[one], candidates[other].Keypoints, boxes[other], MathF.Max(heights[one], heights[other]), Same))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether borders of the view that are not the frame's own cut a pose: half of it is at the border, or some of it is, and much of a body that is not the view's own is missing.</summary>
    private bool IsCut(in View view, ReadOnlySpan<Keypoint> keypoints, bool own)
    {
        var (present, atBorder) = (0, 0);
        var (marginX, marginY, scale) = (Border * view.WidthPx, Border * view.HeightPx, view.Scale);
        foreach (var keypoint in keypoints)
        {
            if (!keypoint.IsPresent)
            {
                continue;
            }

            present++;
            var (x, y) = view.ToView(keypoint.X, keypoint.Y);
            var near = x < marginX || x > view.WidthPx - 1 - marginX || y < marginY || y > view.HeightPx - 1 - marginY;
            var reach = Math.Max(marginX, marginY) / scale;
            var atFrame = keypoint.X < reach || keypoint.X > framePx.Width - 1 - reach || keypoint.Y < reach || keypoint.Y > framePx.Height - 1 - reach;
            atBorder += near && !atFrame ? 1 : 0;
        }

        return atBorder * 2 >= present || (!own && atBorder > 0 && present < WholeShare * keypoints.Length);
    }
}
