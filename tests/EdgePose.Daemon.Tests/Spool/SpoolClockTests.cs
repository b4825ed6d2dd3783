using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolClockTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_step_of_the_wall_clock_ages_nothing()
    {
        var time = new SteppedTime { Wall = Today };
        var clock = new SpoolClock(time, null);
        var stored = clock.Now;
        time.Wall = Today.AddYears(1);
        Assert.Equal(TimeSpan.Zero, clock.Since(stored));
        time.Monotonic = TimeSpan.FromHours(2);
        Assert.Equal(TimeSpan.FromHours(2), clock.Since(stored));
    }

    [Fact]
    public void Time_that_a_device_was_off_counts() =>
        Assert.Equal(TimeSpan.FromDays(3), new SpoolClock(new FakeTimeProvider(Today), Today.AddDays(-3)).Since(Today.AddDays(-3)));

    [Fact]
    public void A_clock_that_was_set_back_does_not_make_the_newest_message_older_than_the_oldest() =>
        Assert.Equal(Today.AddDays(1), new SpoolClock(new FakeTimeProvider(Today), Today.AddDays(1)).Now);

    [Fact]
    public void What_was_stored_before_the_clock_was_set_counts_from_the_first_start_at_which_it_is()
    {
        var time = new FakeTimeProvider(Today);
        var clock = new SpoolClock(time, DateTimeOffset.UnixEpoch.AddMinutes(1));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5), clock.Since(DateTimeOffset.UnixEpoch.AddMinutes(1)));
    }

    [Fact]
    public void A_clock_that_is_ahead_at_the_start_ages_nothing_of_before_and_what_is_too_old_by_the_right_one_goes_all_the_same()
    {
        var (week, young, old) = (TimeSpan.FromDays(7), Today.AddDays(-1), Today.AddDays(-8));
        var time = new SteppedTime { Wall = Today.AddYears(1) };
        var clock = new SpoolClock(time, young);
        Assert.False(clock.IsOlder(old, week));
        time.Monotonic = SpoolClock.Settling;
        time.Wall = Today + SpoolClock.Settling; // NTP has answered meanwhile
        Assert.False(clock.IsOlder(young, week));
        Assert.True(clock.IsOlder(old, week));
        time.Wall = Today.AddYears(2); // steps that come later age nothing
        Assert.False(clock.IsOlder(young, week));
    }

    [Fact]
    public void With_a_clock_that_is_right_what_is_too_old_goes_a_while_after_the_start_and_what_came_since_by_its_age()
    {
        var time = new SteppedTime { Wall = Today };
        var clock = new SpoolClock(time, Today.AddDays(-8));
        var stored = clock.Now;
        Assert.False(clock.IsOlder(Today.AddDays(-8), TimeSpan.FromDays(7)));
        (time.Wall, time.Monotonic) = (Today + SpoolClock.Settling, SpoolClock.Settling);
        Assert.True(clock.IsOlder(Today.AddDays(-8), TimeSpan.FromDays(7)));
        Assert.False(clock.IsOlder(stored, SpoolClock.Settling));
        Assert.True(clock.IsOlder(stored, SpoolClock.Settling - TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void What_was_stored_by_a_clock_that_was_ahead_ages_by_the_time_that_passes_once_the_clock_is_right()
    {
        var (time, ahead) = (new SteppedTime { Wall = Today }, Today.AddYears(1));
        var clock = new SpoolClock(time, ahead);
        (time.Wall, time.Monotonic) = (Today.AddDays(8), TimeSpan.FromDays(8));
        Assert.True(clock.IsOlder(ahead, TimeSpan.FromDays(7)));
        Assert.True(clock.IsOlder(ahead.AddMinutes(-1), TimeSpan.FromDays(7)));
        Assert.False(clock.IsOlder(ahead.AddMinutes(-1), TimeSpan.FromDays(9)));
    }

    /// <summary>A wall clock that can be stepped apart from the monotonic one.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Wall { get; set; }

        public TimeSpan Monotonic { get; set; }

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Monotonic.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
