namespace EdgePose;

/// <summary>Object keypoint similarity (OKS): how alike two poses are, 0 to 1. Source: the COCO keypoint task (cocodataset.org).</summary>
public static class Oks
{
    /// <summary>Mean over the keypoints that both have of exp(-d^2 / (2 area (2 sigma)^2)); keypoints without a sigma (the neck) are left out.</summary>
    /// <param name="skeleton">What the keypoints mean.</param>
    /// <param name="first">A pose.</param>
    /// <param name="second">Another, in the same unit.</param>
    /// <param name="area">Area of the person in that unit's square, above 0.</param>
    /// <returns>0 when they have no keypoint in common.</returns>
    public static float Between(Skeleton skeleton, ReadOnlySpan<Keypoint> first, ReadOnlySpan<Keypoint> second, float area)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        float sum = 0;
        var count = 0;
        for (var k = 0; k < skeleton.KeypointCount; k++)
        {
            if (first[k].IsPresent && second[k].IsPresent && !float.IsNaN(skeleton.OksSigmas[k]))
            {
                var (dx, dy, spread) = (first[k].X - second[k].X, first[k].Y - second[k].Y, 2 * skeleton.OksSigmas[k]);
                sum += MathF.Exp(-((dx * dx) + (dy * dy)) / (2 * area * spread * spread));
                count++;
            }
        }

        return count > 0 ? sum / count : 0;
    }
}
