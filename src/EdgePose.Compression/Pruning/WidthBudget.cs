namespace EdgePose.Compression.Pruning;

/// <summary>
/// Chooses which channels stay under one budget for the whole network. Importance is divided by the group's mean, so that groups compare. One threshold for all is then lowered until the
/// MACs fit. A layer in which most channels do little gives up more than one in which all work alike.
/// </summary>
/// <param name="groups">Widths that can be chosen.</param>
/// <param name="convolutions">What costs.</param>
/// <param name="importance">Of each set.</param>
/// <param name="multiple">Widths are multiples of this: vector units and Tensor Cores work in eights.</param>
/// <param name="minWidth">No group is made narrower.</param>
internal sealed class WidthBudget(IReadOnlyList<ChannelGroup> groups, IReadOnlyList<PrunedConvolution> convolutions, double[] importance, int multiple, int minWidth)
{
    /// <summary>Halvings of the threshold's range: 2^-40 of it is far below any difference of two channels.</summary>
    private const int Halvings = 40;

    private readonly (double[] Sorted, int[] Sets)[] ranked =
    [
        .. groups.Select(group =>
        {
            double mean = group.Sets.Average(set => importance[set]);
            int[] sets = [.. group.Sets.OrderByDescending(set => importance[set])];
            return (Array.ConvertAll(sets, set => mean > 0 ? importance[set] / mean : 1), sets);
        }),
    ];

    /// <summary>Cost of all channels.</summary>
    public long Whole => Macs(Kept(0));

    /// <summary>The lowest cost that the smallest widths allow.</summary>
    public long Least => Macs(Kept(double.PositiveInfinity));

    /// <summary>Cost when some channels are kept.</summary>
    public long Macs(bool[] kept) => convolutions.Sum(convolution => convolution.Macs(kept));

    /// <summary>The channels that stay so that the cost is at most <paramref name="budget"/> MACs, or null where it cannot be.</summary>
    public bool[]? Choose(long budget)
    {
        if (budget >= Whole)
        {
            return Kept(0);
        }

        if (Least > budget)
        {
            return null;
        }

        double low = 0, high = ranked.Max(one => one.Sorted[0]) + 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Macs(Kept(middle)) <= budget ? (low, middle) : (middle, high);
        }

        bool[] fits = Kept(high);
        return Macs(fits) <= budget ? fits : Kept(double.PositiveInfinity);
    }

    /// <summary>The channels of at least this normalised importance, the width of each group rounded to the nearest multiple.</summary>
    private bool[] Kept(double threshold)
    {
        var kept = new bool[importance.Length];
        Array.Fill(kept, true);
        foreach ((double[] sorted, int[] sets) in ranked)
        {
            int count = sorted.Count(value => value >= threshold);
            int rounded = (int)Math.Round((double)count / multiple, MidpointRounding.AwayFromZero) * multiple;
            int width = count == sets.Length ? count : Math.Min(sets.Length, Math.Max(minWidth, rounded));
            foreach (int set in sets.AsSpan(width))
            {
                kept[set] = false;
            }
        }

        return kept;
    }
}
