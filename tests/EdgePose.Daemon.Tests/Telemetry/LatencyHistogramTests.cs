using EdgePose.Daemon.Telemetry;

namespace EdgePose.Daemon.Tests.Telemetry;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_right_within_four_percent_over_six_decades()
    {
        var random = new Random(1);
        var histogram = new LatencyHistogram();
        var samples = new List<double>();
        for (var i = 0; i < 20_000; i++)
        {
            var microseconds = Math.Pow(10, random.NextDouble() * 6);
            samples.Add(Math.Floor(microseconds));
            histogram.Add(TimeSpan.FromMicroseconds(Math.Floor(microseconds)));
        }

        samples.Sort();
        foreach (var share in new[] { .01, .1, .5, .9, .95, .99, 1 })
        {
            var exact = samples[(int)Math.Ceiling(share * samples.Count) - 1];
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds, exact, (exact * 1.04) + 1);
        }
    }

    [Fact]
    public void An_empty_histogram_answers_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(.95));
        Assert.Equal(TimeSpan.Zero, histogram.Mean);
    }

    [Fact]
    public void A_sample_of_days_and_a_negative_one_are_kept_in_bounds()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromDays(40));
        histogram.Add(TimeSpan.FromSeconds(-1));
        Assert.Equal(TimeSpan.FromDays(40), histogram.Max);
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(.5));
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromMilliseconds(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            histogram.Add(TimeSpan.FromMicroseconds(i));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
