namespace EdgePose.Tracking;

/// <summary>How far, and by which factor, a detected pose stands from a predicted one; measured over the keypoints that both have.</summary>
internal sealed class Alignment(int keypointCount)
{
    private readonly float[] differencesX = new float[keypointCount];
    private readonly float[] differencesY = new float[keypointCount];

    /// <summary>
    /// The shift from <paramref name="from"/> to <paramref name="to"/>: the median over the common keypoints, for each axis, so that a swinging arm,
    /// a missing keypoint or one that belongs to somebody else does not move the body.
    /// </summary>
    /// <returns>The shift in pixels and the number of common keypoints; with none, the shift is 0.</returns>
    public (float X, float Y, int Common) Shift(ReadOnlySpan<Keypoint> from, ReadOnlySpan<Keypoint> to)
    {
        int common = 0;
        for (int i = 0; i < from.Length; i++)
        {
            if (from[i].IsPresent && to[i].IsPresent)
            {
                differencesX[common] = to[i].X - from[i].X;
                differencesY[common++] = to[i].Y - from[i].Y;
            }
        }

        return common == 0 ? default : (Median(differencesX.AsSpan(0, common)), Median(differencesY.AsSpan(0, common)), common);
    }

    /// <summary>
    /// How many times larger <paramref name="to"/> is than <paramref name="from"/>: the ratio of their spreads; 1 where fewer than four keypoints
    /// are common.
    /// </summary>
    public static float Scale(ReadOnlySpan<Keypoint> from, ReadOnlySpan<Keypoint> to)
    {
        int common = 0;
        double sumFromX = 0, sumFromY = 0, sumToX = 0, sumToY = 0, squaresFrom = 0, squaresTo = 0;
        for (int i = 0; i < from.Length; i++)
        {
            if (!from[i].IsPresent || !to[i].IsPresent)
            {
                continue;
            }

            common++;
            (double fromX, double fromY, double toX, double toY) = (from[i].X, from[i].Y, to[i].X, to[i].Y);
            sumFromX += fromX;
            sumFromY += fromY;
            sumToX += toX;
            sumToY += toY;
            squaresFrom += (fromX * fromX) + (fromY * fromY);
            squaresTo += (toX * toX) + (toY * toY);
        }

        double spreadFrom = squaresFrom - (((sumFromX * sumFromX) + (sumFromY * sumFromY)) / Math.Max(common, 1));
        double spreadTo = squaresTo - (((sumToX * sumToX) + (sumToY * sumToY)) / Math.Max(common, 1));
        return common >= 4 && spreadFrom > 1 && spreadTo > 1 ? (float)Math.Sqrt(spreadTo / spreadFrom) : 1;
    }

    private static float Median(Span<float> values)
    {
        values.Sort();
        int middle = values.Length / 2;
        return (values.Length & 1) == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
