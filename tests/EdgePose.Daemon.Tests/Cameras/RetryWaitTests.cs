using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Frames;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests.Cameras;

public sealed class RetryWaitTests
{
    private const int Failures = 20;
    private readonly BackOff backOff = new(new Random(7));

    [Theory]
    [InlineData(CameraFault.Unreachable)]
    [InlineData(CameraFault.Stalled)]
    [InlineData(CameraFault.Undecodable)]
    [InlineData(CameraFault.DecoderFailed)]
    public void A_camera_that_sent_pictures_lately_never_waits_longer_than_four_seconds_however_often_it_fails(CameraFault fault)
    {
        for (var i = 0; i < Failures; i++)
        {
            Assert.InRange(RetryWait.After(fault, wasStable: false, wasSeenLately: true, backOff).Pause.TotalSeconds, i < 2 ? 0.5 : 2, 4);
        }
    }

    [Theory]
    [InlineData(CameraFault.Unreachable)]
    [InlineData(CameraFault.Stalled)]
    [InlineData(CameraFault.Undecodable)]
    public void A_camera_that_was_never_seen_or_long_ago_waits_up_to_a_minute(CameraFault fault)
    {
        var pauses = Enumerable.Range(0, Failures).Select(_ => RetryWait.After(fault, wasStable: false, wasSeenLately: false, backOff).Pause.TotalSeconds).ToArray();
        Assert.InRange(pauses[^1], 30, 60);
    }

    [Fact]
    public void A_wrong_password_waits_a_minute_whatever_was_seen_before() =>
        Assert.Equal(60, RetryWait.After(CameraFault.Unauthorized, wasStable: false, wasSeenLately: true, backOff).Pause.TotalSeconds);

    [Fact]
    public void Cameras_that_failed_together_are_not_tried_together_at_the_longest_pause_either()
    {
        var pauses = Enumerable.Range(0, 16).Select(seed =>
        {
            var own = new BackOff(new Random(seed));
            for (var i = 0; i < Failures; i++)
            {
                RetryWait.After(CameraFault.Stalled, wasStable: false, wasSeenLately: true, own);
            }

            return RetryWait.After(CameraFault.Stalled, wasStable: false, wasSeenLately: true, own).Pause;
        });
        Assert.Equal(16, pauses.Distinct().Count());
    }

    [Fact]
    public void A_camera_counts_as_seen_lately_for_five_minutes_after_its_last_picture()
    {
        var time = new SteppedTime();
        using var signal = new FrameSignal();
        using var mailbox = new LatestFrame(signal, lossless: false, time);
        var feed = new CameraFeed(new CameraConfig { Id = "test", Address = "unused" }, mailbox, new Tracker(Skeletons.Coco18, new TrackerOptions()), time);
        Assert.False(feed.IsLive(RetryWait.Lately));
        mailbox.Publish(new FramePool(1).Rent(4));
        time.Pass(299);
        Assert.True(feed.IsLive(RetryWait.Lately));
        time.Pass(2);
        Assert.False(feed.IsLive(RetryWait.Lately));
    }
}
