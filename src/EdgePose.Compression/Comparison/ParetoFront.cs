namespace EdgePose.Compression.Comparison;

/// <summary>The networks that are worth a choice: nothing that costs less is as good.</summary>
public static class ParetoFront
{
    /// <summary>Whether each point is on the front.</summary>
    /// <param name="points">Cost (less is better) and gain (more is better) of each.</param>
    /// <returns>False for a point that another one equals or beats in both, and beats in one. Equal points are on it together.</returns>
    public static bool[] Of(IReadOnlyList<(double Cost, double Gain)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return [.. points.Select(point => !points.Any(other => other.Cost <= point.Cost && other.Gain >= point.Gain && other != point))];
    }

    /// <summary>Marks the networks of a comparison, those with an AP among themselves.</summary>
    public static IReadOnlyList<ComparedNetwork> Mark(IReadOnlyList<ComparedNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ComparedNetwork[] known = [.. networks.Where(network => network.Ap is not null)];
        var byMacs = Of([.. known.Select(network => ((double)network.Cost.Macs, network.Ap!.Value))]);
        var byTime = Of([.. known.Select(network => (network.Times[0].MillisecondsPerPicture, network.Ap!.Value))]);
        return
        [
            .. networks.Select(network => Array.IndexOf(known, network) is >= 0 and var i ? network with { IsOnMacsFront = byMacs[i], IsOnTimeFront = byTime[i] } : network),
        ];
    }
}
