namespace EdgePose.Compression.Pruning.Tests;

public class LatencyBudgetTests
{
    /// <summary>A network of which a fifth of the time is not bought by MACs.</summary>
    private static double TimeAt(double macs) => 0.2 + (0.8 * macs);

    [Theory]
    [InlineData(0.6, 0.5)]
    [InlineData(0.9, 0.875)]
    [InlineData(1, 1)]
    public void The_share_of_MACs_is_that_which_just_takes_the_time(double latency, double share)
    {
        double found = LatencyBudget.Share(latency, 0.1, TimeAt)!.Value;
        Assert.True(TimeAt(found) <= latency);
        Assert.InRange(found, share - (1 / 64.0), share);
    }

    [Fact]
    public void A_time_that_the_smallest_network_takes_longer_than_cannot_be_met() => Assert.Null(LatencyBudget.Share(0.25, 0.1, TimeAt));
}
