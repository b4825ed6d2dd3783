using EdgePose.Inference.Retry;

namespace EdgePose.Inference.Tests;

public sealed class BackOffTests
{
    [Fact]
    public void Pauses_double_to_a_minute_with_jitter_and_start_again_after_a_reset()
    {
        var backOff = new BackOff(new Random(7));
        double[] longest = [1, 2, 4, 8, 16, 32, 60, 60];
        foreach (var seconds in longest)
        {
            Assert.InRange(backOff.Next().TotalSeconds, seconds / 2, seconds);
        }

        backOff.Reset();
        Assert.InRange(backOff.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Cameras_that_failed_together_are_not_tried_together()
    {
        var pauses = Enumerable.Range(0, 16).Select(seed => new BackOff(new Random(seed)).Next()).ToArray();
        Assert.Equal(16, pauses.Distinct().Count());
    }
}
