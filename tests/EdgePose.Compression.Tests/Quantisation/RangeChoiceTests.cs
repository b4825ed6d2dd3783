using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Quantisation.Tests;

public class RangeChoiceTests
{
    [Fact]
    public void Max_takes_all_and_percentile_leaves_out_the_rare_ends()
    {
        // 10,000 values from 0 to 1, and one of 100.
        TensorStatistics statistics = Of([.. Enumerable.Range(0, 10_000).Select(i => i / 10_000f), 100f]);
        Assert.Equal((0d, 100d), RangeChoice.Of(statistics, new QuantiseOptions { Method = RangeMethod.Max }));
        (double min, double max) = RangeChoice.Of(statistics, new QuantiseOptions { Method = RangeMethod.Percentile, Percentile = 99.9 });
        Assert.Equal(0, min);
        Assert.InRange(max, 0.99, 1.05); // a bin is 100 / 2048 wide
        Assert.Equal((0d, 100d), RangeChoice.Of(statistics, new QuantiseOptions { Method = RangeMethod.Percentile, Percentile = 100 }));
    }

    [Fact]
    public void Percentile_cuts_both_ends_of_a_tensor_that_has_both_signs()
    {
        TensorStatistics statistics = Of([-50, .. Enumerable.Range(0, 10_000).Select(i => (i - 5000) / 5000f), 50]);
        (double min, double max) = RangeChoice.Of(statistics, new QuantiseOptions { Percentile = 99.9 });
        Assert.InRange(min, -1.1, -0.9);
        Assert.InRange(max, 0.9, 1.1);
    }

    [Fact]
    public void Entropy_cuts_a_long_thin_tail_but_keeps_an_even_distribution()
    {
        var random = new Random(1);
        float[] even = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextSingle())];
        Assert.InRange(RangeChoice.Of(Of(even), new QuantiseOptions { Method = RangeMethod.Entropy }).Max, 0.9, 1);
        float[] tailed = [.. even, .. Enumerable.Range(0, 5).Select(i => 10f + i)];
        Assert.InRange(RangeChoice.Of(Of(tailed), new QuantiseOptions { Method = RangeMethod.Entropy }).Max, 0.9, 5);
    }

    [Fact]
    public void Ranges_and_means_are_those_of_all_pictures()
    {
        var statistics = new TensorStatistics();
        statistics.Add(new RunOutput([1, 2, 1, 2], [1, 3, -1, -1]), 0, 2);
        statistics.Add(new RunOutput([1, 2, 1, 2], [5, 7, 0, -4]), 0, 2);
        Assert.Equal((-4d, 7d), (statistics.Min, statistics.Max));
        Assert.Equal([4d, -1.5d], statistics.ChannelMeans);
    }

    private static TensorStatistics Of(float[] values)
    {
        var statistics = new TensorStatistics();
        for (int pass = 0; pass < 2; pass++)
        {
            statistics.Add(new RunOutput([1, 1, 1, values.Length], values), pass, 1);
        }

        return statistics;
    }
}
