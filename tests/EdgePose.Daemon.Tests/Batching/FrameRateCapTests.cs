using EdgePose.Cameras.Frames;

namespace EdgePose.Daemon.Tests.Batching;

public sealed class FrameRateCapTests
{
    [Theory]
    [InlineData(0, 2, 2)]
    [InlineData(10, 2, 2)]
    [InlineData(5, 20, 5)]
    public void A_limit_for_a_while_caps_further_and_never_less(double maxFps, double limit, int expected)
    {
        var cap = new FrameRateCap(maxFps);
        cap.Limit(limit);
        Assert.InRange(Taken(cap, TimeSpan.Zero), (expected * 10) - 1, (expected * 10) + 1);
        cap.Limit(0);
        Assert.InRange(Taken(cap, TimeSpan.FromSeconds(20)), maxFps > 0 ? (maxFps * 10) - 1 : 249, maxFps > 0 ? (maxFps * 10) + 1 : 250);

        static int Taken(FrameRateCap cap, TimeSpan from)
        {
            var taken = 0;
            for (var frame = 0; frame < 250; frame++) // ten seconds at 25 fps
            {
                var now = from + TimeSpan.FromMilliseconds(40 * frame);
                if (cap.IsDue(now))
                {
                    cap.Take(now);
                    taken++;
                }
            }

            return taken;
        }
    }

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
