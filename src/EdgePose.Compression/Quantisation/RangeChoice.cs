namespace EdgePose.Compression.Quantisation;

/// <summary>Chooses a tensor's range from its statistics.</summary>
internal static class RangeChoice
{
    /// <summary>The range from smallest to largest value that is represented; what lies outside is clipped to its ends.</summary>
    /// <param name="statistics">Of the tensor.</param>
    /// <param name="options">Method, and the percentile.</param>
    public static (double Min, double Max) Of(TensorStatistics statistics, QuantiseOptions options) => options.Method switch
    {
        RangeMethod.Percentile => Percentile(statistics, options.Percentile),
        RangeMethod.Entropy => Entropy(statistics, options.Target),
        RangeMethod.Max => (statistics.Min, statistics.Max),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Unknown method of ranges."),
    };

    /// <summary>Half of what is left out is taken from either end; an end at 0 or beyond it stays, because 0 is always represented.</summary>
    private static (double Min, double Max) Percentile(TensorStatistics statistics, double percentile)
    {
        long total = statistics.Values.Sum(), outside = (long)((100 - percentile) / 200 * total);
        double width = (statistics.Max - statistics.Min) / TensorStatistics.Bins;
        int first = 0, last = TensorStatistics.Bins - 1;
        for (long left = outside; first < last && (left -= statistics.Values[first]) >= 0;)
        {
            first++;
        }

        for (long left = outside; last > first && (left -= statistics.Values[last]) >= 0;)
        {
            last--;
        }

        return (statistics.Min >= 0 ? statistics.Min : statistics.Min + (first * width), statistics.Max <= 0 ? statistics.Max : statistics.Min + ((last + 1) * width));
    }

    private static (double Min, double Max) Entropy(TensorStatistics statistics, QuantisationTarget target)
    {
        // Levels for one sign: all of u8 where nothing is negative, else half of the numbers.
        int levels = statistics.Min >= 0 && target == QuantisationTarget.Cpu ? 256 : 128;
        double cut = BestCut(statistics.Magnitudes, levels) * statistics.Largest / TensorStatistics.Bins;
        return (Math.Max(statistics.Min, -cut), Math.Min(statistics.Max, cut));
    }

    /// <summary>
    /// The number of bins to keep. The kept distribution, in the given levels, then differs least from the whole one with its tail moved to the cut. Source: Migacz, "8-bit
    /// inference with TensorRT" (GTC 2017). The first bin counts as the second: exact zeros after a ReLU cost nothing at any scale, as NVIDIA's pytorch-quantization does.
    /// </summary>
    internal static int BestCut(long[] histogram, int levels)
    {
        double[] counts = Array.ConvertAll(histogram, count => (double)count);
        counts[0] = counts[1];
        double tail = counts.Sum(), best = double.PositiveInfinity;
        int bestCut = counts.Length;
        double[] kept = new double[counts.Length], quantised = new double[counts.Length];
        for (int cut = levels; cut <= counts.Length; cut += levels / 16)
        {
            Array.Copy(counts, kept, cut);
            kept[cut - 1] += counts.AsSpan(cut).ToArray().Sum();
            Quantise(counts, cut, levels, quantised);
            double divergence = Divergence(kept, quantised, cut);
            if (divergence < best)
            {
                (best, bestCut) = (divergence, cut);
            }
        }

        return tail > 0 ? bestCut : counts.Length;
    }

    /// <summary>Each level's counts, spread evenly over those of its bins that hold any.</summary>
    private static void Quantise(double[] counts, int cut, int levels, double[] quantised)
    {
        for (int level = 0; level < levels; level++)
        {
            int from = (int)((long)level * cut / levels), to = (int)((long)(level + 1) * cut / levels), filled = 0;
            double sum = 0;
            for (int i = from; i < to; i++)
            {
                sum += counts[i];
                filled += counts[i] > 0 ? 1 : 0;
            }

            for (int i = from; i < to; i++)
            {
                quantised[i] = counts[i] > 0 ? sum / filled : 0;
            }
        }
    }

    /// <summary>Kullback-Leibler divergence of two histograms; a bin that only the first holds counts as if the second held a ten-thousandth of a value.</summary>
    private static double Divergence(double[] p, double[] q, int count)
    {
        double sumP = 0, sumQ = 0, divergence = 0;
        for (int i = 0; i < count; i++)
        {
            sumP += p[i];
            sumQ += q[i];
        }

        for (int i = 0; i < count; i++)
        {
            if (p[i] > 0)
            {
                divergence += p[i] / sumP * Math.Log(p[i] / sumP / (Math.Max(q[i], 1e-4) / Math.Max(sumQ, 1e-4)));
            }
        }

        return divergence;
    }
}
