using EdgePose.Daemon.Batching;

namespace EdgePose.Daemon.Tests.Batching;

public sealed class FrameRateCapTests
{
    [Theory]
    [InlineData(30, 10, 10)]
    [InlineData(15, 10, 10)]
    [InlineData(15, 15, 15)]
    [InlineData(25, 7, 7)]
    [InlineData(10, 0, 10)]
    public void The_rate_holds_on_average_whatever_the_camera_sends(int cameraFps, int cap, int expected)
    {
        var limit = new FrameRateCap(cap);
        const int Seconds = 60;
        var taken = 0;
        for (var frame = 0; frame < cameraFps * Seconds; frame++)
        {
            // A deterministic jitter of up to 4 ms.
            var now = TimeSpan.FromSeconds((double)frame / cameraFps) + TimeSpan.FromMilliseconds(frame * 7 % 5);
            if (limit.IsDue(now))
            {
                limit.Take(now);
                taken++;
            }
        }

        Assert.InRange(taken, (expected * Seconds * 0.93) - 1, (expected * Seconds) + 1);
    }

    [Fact]
    public void After_a_silence_there_is_no_burst()
    {
        var limit = new FrameRateCap(10);
        limit.Take(TimeSpan.Zero);
        limit.Take(TimeSpan.FromSeconds(30));
        Assert.False(limit.IsDue(TimeSpan.FromSeconds(30.05)));
        Assert.True(limit.IsDue(TimeSpan.FromSeconds(30.1)));
    }
}
