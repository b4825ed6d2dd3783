namespace EdgePose;

/// <summary>An upright rectangle in source pixels.</summary>
/// <param name="XPx">Left edge.</param>
/// <param name="YPx">Top edge.</param>
/// <param name="WidthPx">To the right of <paramref name="XPx"/>; 0 for an empty box.</param>
/// <param name="HeightPx">Downwards from <paramref name="YPx"/>; 0 for an empty box.</param>
public readonly record struct BoundingBox(float XPx, float YPx, float WidthPx, float HeightPx)
{
    /// <summary>Horizontal middle.</summary>
    public float CentreXPx => XPx + (WidthPx / 2);

    /// <summary>Vertical middle.</summary>
    public float CentreYPx => YPx + (HeightPx / 2);

    /// <summary>Width times height, in square pixels.</summary>
    public float Area => WidthPx * HeightPx;

    /// <summary>The smallest box around the present keypoints; the empty box at the origin when there are none.</summary>
    public static BoundingBox Around(ReadOnlySpan<Keypoint> keypoints)
    {
        float left = float.PositiveInfinity, top = float.PositiveInfinity, right = float.NegativeInfinity, bottom = float.NegativeInfinity;
        foreach (Keypoint keypoint in keypoints)
        {
            if (!keypoint.IsPresent)
            {
                continue;
            }

            left = MathF.Min(left, keypoint.X);
            right = MathF.Max(right, keypoint.X);
            top = MathF.Min(top, keypoint.Y);
            bottom = MathF.Max(bottom, keypoint.Y);
        }

        return left <= right ? new BoundingBox(left, top, right - left, bottom - top) : default;
    }

    /// <summary>Area that this box and <paramref name="other"/> share, in square pixels.</summary>
    public float Intersection(BoundingBox other)
    {
        float width = MathF.Min(XPx + WidthPx, other.XPx + other.WidthPx) - MathF.Max(XPx, other.XPx);
        float height = MathF.Min(YPx + HeightPx, other.YPx + other.HeightPx) - MathF.Max(YPx, other.YPx);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>Intersection over union with <paramref name="other"/>, 0 to 1; 0 for two empty boxes.</summary>
    public float IntersectionOverUnion(BoundingBox other)
    {
        float intersection = Intersection(other);
        return intersection > 0 ? intersection / (Area + other.Area - intersection) : 0;
    }
}
