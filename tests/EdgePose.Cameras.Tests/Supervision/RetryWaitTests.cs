using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Inference.Retry;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Cameras.Tests.Supervision;

public sealed class RetryWaitTests
{
    private const int Failures = 20;
    private readonly BackOff backOff = new(new Random(7));
    private readonly FakeTimeProvider time = new();
    private readonly ShortRuns shortRuns;

    public RetryWaitTests() => shortRuns = new ShortRuns(time);

    [Theory]
    [InlineData(CameraFault.Unreachable)]
    [InlineData(CameraFault.Stalled)]
    [InlineData(CameraFault.Undecodable)]
    [InlineData(CameraFault.DecoderFailed)]
    public void A_camera_that_sent_pictures_lately_never_waits_longer_than_four_seconds_however_often_it_fails(CameraFault fault)
    {
        for (var i = 0; i < Failures; i++)
        {
            Assert.InRange(RetryWait.After(fault, wasStable: false, wasSeenLately: true, shortRuns, backOff).Pause.TotalSeconds, i < 2 ? 0.5 : 2, 4);
        }
    }

    [Theory]
    [InlineData(CameraFault.Unreachable)]
    [InlineData(CameraFault.Stalled)]
    [InlineData(CameraFault.Undecodable)]
    public void A_camera_that_was_never_seen_or_long_ago_waits_up_to_a_minute(CameraFault fault)
    {
        var pauses = Enumerable.Range(0, Failures).Select(_ => RetryWait.After(fault, wasStable: false, wasSeenLately: false, shortRuns, backOff).Pause.TotalSeconds).ToArray();
        Assert.InRange(pauses[^1], 30, 60);
    }

    [Fact]
    public void A_camera_that_breaks_after_its_first_picture_is_tried_every_few_seconds_for_five_minutes_and_then_less_and_less_often()
    {
        var pauses = new List<(double At, double Seconds)>();
        for (double now = 0; now < 1200;)
        {
            var pause = Break().TotalSeconds;
            pauses.Add((now, pause));
            time.Advance(TimeSpan.FromSeconds(1 + pause));
            now += 1 + pause;
        }

        Assert.All(pauses.Where(pause => pause.At <= RetryWait.Lately.TotalSeconds), pause => Assert.InRange(pause.Seconds, 0.5, 4));
        var grown = pauses.Where(pause => pause.At > RetryWait.Lately.TotalSeconds).Select(pause => pause.Seconds).ToArray();
        Assert.InRange(grown[0], 4, 8); // it grows, and does not leap
        Assert.All(grown[4..], seconds => Assert.InRange(seconds, 30, 60));
    }

    [Fact]
    public void A_camera_that_breaks_seldom_is_tried_every_few_seconds_however_long_that_goes_on()
    {
        for (var life = 0; life < ShortRuns.Tolerated; life++)
        {
            Assert.InRange(Break().TotalSeconds, 0.5, 4);
            time.Advance(TimeSpan.FromSeconds(290));
        }
    }

    [Fact]
    public void A_life_that_lasted_ends_the_row_of_those_that_did_not()
    {
        for (var life = 0; life < 2 * Failures; life++)
        {
            Break();
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(BackOff.Last, shortRuns.LongestPause);
        shortRuns.Count(wasStable: true, anyFrame: true);
        RetryWait.After(CameraFault.Stalled, wasStable: true, wasSeenLately: true, shortRuns, backOff);
        for (var life = 0; life < Failures; life++)
        {
            Assert.InRange(Break().TotalSeconds, 0.5, 4);
            time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public void Tries_without_a_picture_do_not_count()
    {
        for (var life = 0; life < 2 * Failures; life++)
        {
            shortRuns.Count(wasStable: false, anyFrame: false);
            time.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.Equal(RetryWait.LongestLately, shortRuns.LongestPause);
    }

    [Fact]
    public void A_wrong_password_waits_a_minute_whatever_was_seen_before() =>
        Assert.Equal(60, RetryWait.After(CameraFault.Unauthorized, wasStable: false, wasSeenLately: true, shortRuns, backOff).Pause.TotalSeconds);

    [Fact]
    public void Cameras_that_failed_together_are_not_tried_together_at_the_longest_pause_either()
    {
        var pauses = Enumerable.Range(0, 16).Select(seed =>
        {
            var own = new BackOff(new Random(seed));
            for (var i = 0; i < Failures; i++)
            {
                RetryWait.After(CameraFault.Stalled, wasStable: false, wasSeenLately: true, shortRuns, own);
            }

            return RetryWait.After(CameraFault.Stalled, wasStable: false, wasSeenLately: true, shortRuns, own).Pause;
        });
        Assert.Equal(16, pauses.Distinct().Count());
    }

    [Fact]
    public void A_camera_counts_as_seen_lately_for_five_minutes_after_its_last_picture()
    {
        using var signal = new FrameSignal();
        using var mailbox = new LatestFrame(signal, lossless: false, time);
        var feed = new CameraFeed(new CameraConfig { Id = "test", Address = "unused" }, mailbox, time);
        Assert.False(feed.IsLive(RetryWait.Lately));
        mailbox.Publish(new FramePool(1).Rent(4));
        time.Advance(TimeSpan.FromSeconds(299));
        Assert.True(feed.IsLive(RetryWait.Lately));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(feed.IsLive(RetryWait.Lately));
    }

    /// <summary>One picture, and it breaks.</summary>
    private TimeSpan Break()
    {
        shortRuns.Count(wasStable: false, anyFrame: true);
        return RetryWait.After(CameraFault.Undecodable, wasStable: false, wasSeenLately: true, shortRuns, backOff).Pause;
    }
}
