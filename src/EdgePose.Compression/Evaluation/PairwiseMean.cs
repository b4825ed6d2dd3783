namespace EdgePose.Compression.Evaluation;

/// <summary>
/// The mean of many numbers, summed pairwise in blocks of 8 lanes. The rounding errors grow with the logarithm of the count. The published figures were summed in this order, so they are
/// met to their last digit. Source: Higham 1993, "The accuracy of floating point summation"; blocks as NumPy documents them.
/// </summary>
internal static class PairwiseMean
{
    private const int Lanes = 8;
    private const int Block = 128;

    /// <summary>The mean, or -1, COCO's sign for nothing to average.</summary>
    public static double Of(ReadOnlySpan<double> values) => values.IsEmpty ? -1 : Sum(values) / values.Length;

    private static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length > Block)
        {
            var half = values.Length / 2;
            half -= half % Lanes;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        double sum = 0;
        var whole = values.Length - (values.Length % Lanes);
        if (whole > 0)
        {
            Span<double> lanes = stackalloc double[Lanes];
            for (var i = 0; i < whole; i++)
            {
                lanes[i % Lanes] += values[i];
            }

            sum = (lanes[0] + lanes[1] + (lanes[2] + lanes[3])) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));
        }

        foreach (var value in values[whole..])
        {
            sum += value;
        }

        return sum;
    }
}
