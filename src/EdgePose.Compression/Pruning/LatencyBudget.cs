using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Pruning;

/// <summary>
/// Finds the share of MACs at which a network takes a share of its time. MACs are not time: narrow layers and depthwise ones cost more a MAC than wide dense ones, so that
/// half the MACs is more than half the time. Each candidate is timed in turn with the whole network, so that the machine's other work meets both.
/// </summary>
internal static class LatencyBudget
{
    /// <summary>Halvings of the range of shares: to 1/64, finer than two timings agree.</summary>
    private const int Halvings = 6;

    /// <summary>The largest share of MACs whose time is at most <paramref name="latency"/> of the whole network's, or null where the smallest network takes longer.</summary>
    /// <param name="latency">Share of the time.</param>
    /// <param name="whole">The whole network.</param>
    /// <param name="cut">The network with this share of MACs, or null where that cannot be.</param>
    /// <param name="least">The smallest share that can be.</param>
    /// <param name="pictures">The first is what is timed.</param>
    /// <param name="stop">Ends it between two rounds.</param>
    public static double? Share(double latency, OnnxModel whole, Func<double, OnnxModel?> cut, double least, CalibrationPictures pictures, CancellationToken stop)
    {
        if (cut(least) is not { } smallest || TimeShare.Measure(whole, smallest, pictures, stop) > latency)
        {
            return null;
        }

        double low = least, high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = cut(middle) is { } network && TimeShare.Measure(whole, network, pictures, stop) <= latency ? (middle, high) : (low, middle);
        }

        return low;
    }
}
