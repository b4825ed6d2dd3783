namespace EdgePose.Compression.Pruning;

/// <summary>
/// Finds the share of MACs at which a network takes a share of its time. MACs are not time: narrow layers and depthwise ones cost more a MAC than wide dense ones, so that
/// half the MACs is more than half the time.
/// </summary>
internal static class LatencyBudget
{
    /// <summary>Halvings of the range of shares: to 1/64, finer than two timings agree.</summary>
    private const int Halvings = 6;

    /// <summary>The largest share of MACs whose time is within the budget, or null where even the smallest network takes longer.</summary>
    /// <param name="latency">Share of the whole network's time.</param>
    /// <param name="least">The smallest share of MACs that can be.</param>
    /// <param name="timeAt">Share of the time at a share of MACs.</param>
    public static double? Share(double latency, double least, Func<double, double> timeAt)
    {
        if (timeAt(least) > latency)
        {
            return null;
        }

        double low = least, high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = timeAt(middle) <= latency ? (middle, high) : (low, middle);
        }

        return low;
    }
}
