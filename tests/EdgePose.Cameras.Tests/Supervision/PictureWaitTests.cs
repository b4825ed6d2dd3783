using EdgePose.Cameras.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Cameras.Tests.Supervision;

public sealed class PictureWaitTests
{
    private readonly FakeTimeProvider time = new();
    private readonly PictureLimits limits = new(TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(20));

    [Theory]
    [InlineData(0.04, 4.5)]
    [InlineData(1, 4.5)]
    [InlineData(6, 18)]
    [InlineData(10, 30)]
    public void The_limit_follows_the_cameras_own_pace(double interval, double limit)
    {
        var wait = new PictureWait(time, limits);
        for (var frame = 0; frame < 5; frame++)
        {
            wait.Frame();
            time.Advance(TimeSpan.FromSeconds(interval));
            Assert.InRange(wait.Share(), 0, 1);
        }

        time.Advance(TimeSpan.FromSeconds(limit - interval - 0.01));
        Assert.InRange(wait.Share(), 0, 1);
        time.Advance(TimeSpan.FromSeconds(0.02));
        Assert.True(wait.Share() > 1);
    }

    [Fact]
    public void Packets_are_a_sign_of_the_camera_while_a_key_frame_is_awaited_for_two_minutes()
    {
        var wait = new PictureWait(time, limits);
        for (var second = 1; second < 120; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            wait.Packets(second);
            Assert.InRange(wait.Share(), 0, 1);
        }

        time.Advance(TimeSpan.FromSeconds(1.1));
        wait.Packets(1000);
        Assert.True(wait.Share() > 1);
    }

    [Fact]
    public void Packets_without_pictures_after_the_first_are_a_stall_after_15_s()
    {
        var wait = new PictureWait(time, limits);
        wait.Frame();
        time.Advance(TimeSpan.FromSeconds(0.04));
        wait.Frame();
        for (var second = 1; second < 15; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            wait.Packets(second);
            Assert.InRange(wait.Share(), 0, 1);
        }

        time.Advance(TimeSpan.FromSeconds(1.1));
        wait.Packets(1000);
        Assert.True(wait.Share() > 1);
    }

    [Fact]
    public void Silence_before_the_first_picture_is_a_stall_after_20_s()
    {
        var wait = new PictureWait(time, limits);
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.InRange(wait.Share(), 0, 1);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(wait.Share() > 1);
    }

    [Fact]
    public void A_camera_slower_than_the_limit_gets_more_time_with_each_run_until_its_pace_is_known()
    {
        var runs = 0;
        for (var found = false; !found; runs++)
        {
            Assert.InRange(runs, 0, 3);
            var wait = new PictureWait(time, limits);
            wait.Frame();
            time.Advance(TimeSpan.FromSeconds(70));
            found = wait.Share() <= 1;
            limits.RunEnded(1, hasStalled: !found);
        }

        limits.RunEnded(100, hasStalled: false);
        Assert.Equal(20, limits.First.TotalSeconds);
    }
}
