namespace EdgePose.Daemon.Tests.Cameras;

/// <summary>A clock that a test moves: the wall clock and the monotonic one, together or apart.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private DateTimeOffset utc = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private long ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => utc;

    public override long GetTimestamp() => ticks;

    public void Pass(double seconds)
    {
        utc += TimeSpan.FromSeconds(seconds);
        ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }

    public void StepWallClock(TimeSpan by) => utc += by;
}
