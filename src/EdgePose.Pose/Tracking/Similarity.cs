namespace EdgePose.Tracking;

/// <summary>
/// How alike a predicted person and a detected pose are. Shape: object keypoint similarity (OKS, the COCO keypoint task) after the predicted pose is shifted onto the detected one. So limb
/// proportions and size count; a wrong prediction of the place does not. Place: the Gaussian of that shift
/// under the motion model's uncertainty, which grows while a person is hidden. Their geometric mean is the similarity.
/// </summary>
internal sealed class Similarity
{
    // COCO's scale is the square root of the area; a person's silhouette covers about a fifth of the height squared.
    private const float ScaleOfHeight = 0.45f;

    // In body heights: error of a prediction even when the filter is sure of itself (a step's bounce, another set of keypoints).
    private const float PlaceFloor = 0.03f;

    // Logarithmic: the height of one person measured in two frames differs by about a quarter when he bends or turns.
    private const float SizeDeviation = 0.25f;

    // Farther than this many standard deviations nobody is the same person.
    private const float MaxDeviations = 3.5f;

    // Two poses without common keypoints are halves of one person when the box of one lies inside the other's by this share.
    private const float HalfInside = 0.7f;

    /// <summary>The largest value of <see cref="VaguenessOf"/>: the deviation is at most two body heights, e^4.2 times the floor.</summary>
    public const float MaxVagueness = 4.2f;

    // Three, where the skeleton has as many: two poses with fewer common keypoints are compared by their boxes.
    private readonly int minCommonKeypoints;
    private readonly float[] variances;
    private readonly Alignment alignment;

    public Similarity(Skeleton skeleton, Alignment alignment)
    {
        // A keypoint without a sigma (the neck) counts like the mean of the others; a skeleton without any, like COCO's mean of 0.067.
        float[] known = [.. skeleton.OksSigmas.Where(float.IsFinite)];
        float mean = known.Length > 0 ? known.Average() : 0.067f;
        variances = new float[skeleton.KeypointCount];
        minCommonKeypoints = Math.Min(3, skeleton.KeypointCount);
        for (int i = 0; i < variances.Length; i++)
        {
            float sigma = i < skeleton.OksSigmas.Length && float.IsFinite(skeleton.OksSigmas[i]) ? skeleton.OksSigmas[i] : mean;
            variances[i] = 4 * sigma * sigma;
        }

        this.alignment = alignment;
    }

    /// <summary>Similarity of a track's prediction and a pose, 0 to 1; 0 where they cannot be the same person.</summary>
    public float Of(MotionModel model, ReadOnlySpan<Keypoint> pose, BoundingBox poseBox)
    {
        float deviation = MathF.Sqrt((model.DeviationPx * model.DeviationPx) + Squared(PlaceFloor * model.HeightPx));
        float reach = MaxDeviations * deviation;

        // Cheap, and true for most pairs of a full picture: the boxes are farther apart than any shift that could be accepted.
        if (Gap(model.Box.XPx, model.Box.WidthPx, poseBox.XPx, poseBox.WidthPx) > reach
            || Gap(model.Box.YPx, model.Box.HeightPx, poseBox.YPx, poseBox.HeightPx) > reach)
        {
            return 0;
        }

        (float x, float y, int common) = alignment.Shift(model.Predicted, pose);
        float scale = 1;
        float shape;
        if (common >= minCommonKeypoints)
        {
            shape = Oks(model.Predicted, pose, model.Swing, x, y, model.HeightPx);
            scale = Alignment.Scale(model.Predicted, pose);
        }
        else
        {
            if (common == 0)
            {
                (x, y) = (poseBox.CentreXPx - model.Box.CentreXPx, poseBox.CentreYPx - model.Box.CentreYPx);
            }

            shape = model.Box.IntersectionOverUnion(poseBox);
        }

        float distance = ((x * x) + (y * y)) / (deviation * deviation);
        float size = Squared(MathF.Log(scale) / SizeDeviation);
        return distance > MaxDeviations * MaxDeviations ? 0 : MathF.Sqrt(shape * MathF.Exp((-distance - size) / 2));
    }

    /// <summary>
    /// How much less is known of a person's place than could be: logarithm of the ratio of its deviation and the least one, 0 to
    /// <see cref="MaxVagueness"/>.
    /// </summary>
    public static float VaguenessOf(MotionModel model) =>
        MathF.Min(MathF.Log(Squared(model.DeviationPx / (PlaceFloor * model.HeightPx)) + 1) / 2, MaxVagueness);

    /// <summary>OKS of two poses of one frame where they stand, 0 to 1; -1 where they have too few keypoints in common.</summary>
    public float Overlap(ReadOnlySpan<Keypoint> one, ReadOnlySpan<Keypoint> other, float heightPx)
    {
        int common = 0;
        for (int i = 0; i < one.Length; i++)
        {
            common += one[i].IsPresent && other[i].IsPresent ? 1 : 0;
        }

        return common >= minCommonKeypoints ? Oks(one, other, [], 0, 0, heightPx) : -1;
    }

    /// <summary>Whether two poses of one frame are one person: alike by OKS, or, without enough common keypoints, the box of one lies inside the other's for the most part.</summary>
    /// <param name="one">A pose.</param>
    /// <param name="oneBox">Its box.</param>
    /// <param name="other">A pose.</param>
    /// <param name="otherBox">Its box.</param>
    /// <param name="heightPx">Height of the person.</param>
    /// <param name="leastOverlap">The least OKS.</param>
    public bool AreOnePerson(ReadOnlySpan<Keypoint> one, BoundingBox oneBox, ReadOnlySpan<Keypoint> other, BoundingBox otherBox, float heightPx, float leastOverlap)
    {
        float intersection = oneBox.Intersection(otherBox);
        if (intersection <= 0)
        {
            return false;
        }

        float overlap = Overlap(one, other, heightPx);
        return overlap >= 0 ? overlap >= leastOverlap : intersection >= HalfInside * MathF.Min(oneBox.Area, otherBox.Area);
    }

    private static float Squared(float value) => value * value;

    private static float Gap(float start, float length, float otherStart, float otherLength) =>
        MathF.Max(otherStart - (start + length), start - (otherStart + otherLength));

    /// <param name="one">A pose.</param>
    /// <param name="other">A pose.</param>
    /// <param name="swing">Variance by which each keypoint's own motion widens its tolerance and lowers its weight; empty for none.</param>
    /// <param name="shiftX">By how much <paramref name="one"/> is to be moved.</param>
    /// <param name="shiftY">By how much, downwards.</param>
    /// <param name="heightPx">Height of the person.</param>
    private float Oks(ReadOnlySpan<Keypoint> one, ReadOnlySpan<Keypoint> other, ReadOnlySpan<float> swing, float shiftX, float shiftY, float heightPx)
    {
        float area = Squared(ScaleOfHeight * heightPx);
        float sum = 0;
        float weights = 0;
        for (int i = 0; i < one.Length; i++)
        {
            if (one[i].IsPresent && other[i].IsPresent)
            {
                float variance = area * variances[i];
                float widened = variance + (swing.IsEmpty ? 0 : swing[i]);
                float weight = MathF.Sqrt(variance / widened);
                float squared = Squared(other[i].X - one[i].X - shiftX) + Squared(other[i].Y - one[i].Y - shiftY);
                sum += weight * MathF.Exp(-squared / (2 * widened));
                weights += weight;
            }
        }

        return weights > 0 ? sum / weights : 0;
    }
}
