using EdgePose.Cameras.Supervision;

namespace EdgePose.Daemon.Tests.Cameras;

public sealed class BackOffTests
{
    [Fact]
    public void Pauses_double_to_a_minute_with_jitter_and_begin_anew_after_a_reset()
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
    public void Cameras_that_failed_together_do_not_come_back_together()
    {
        var pauses = Enumerable.Range(0, 16).Select(seed => new BackOff(new Random(seed)).Next()).ToArray();
        Assert.Equal(16, pauses.Distinct().Count());
    }
}
