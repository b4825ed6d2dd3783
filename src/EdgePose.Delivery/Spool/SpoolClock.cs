namespace EdgePose.Delivery.Spool;

/// <summary>
/// The clock that ages are measured by. It begins at the wall clock's time, never before the newest event in the log. It then runs on the monotonic clock alone, so that a step of the wall
/// clock ages nothing. A wall clock that is not set (a device without a battery, before its first NTP answer) is not believed. One that is ahead at the start has <see cref="Settling"/> to
/// be set right.
/// </summary>
internal sealed class SpoolClock(TimeProvider time, DateTimeOffset? newest)
{
    /// <summary>No wall clock before this is right: EdgePose did not exist.</summary>
    public static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Until then nothing that was stored before the start is too old: NTP answers within it, and a broker that is there takes what waits.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset wall = time.GetUtcNow();
    private readonly DateTimeOffset start = newest > time.GetUtcNow() ? newest.Value : time.GetUtcNow();
    private readonly long startTimestamp = time.GetTimestamp();
    private TimeSpan? ahead;

    public DateTimeOffset Now => start + time.GetElapsedTime(startTimestamp);

    /// <summary>Whether an event that was stored then is older than it may be.</summary>
    public bool IsOlder(DateTimeOffset storedAt, TimeSpan limit)
    {
        if (storedAt >= start)
        {
            return Since(storedAt) > limit;
        }

        if (time.GetElapsedTime(startTimestamp) < Settling)
        {
            return false;
        }

        ahead ??= wall + time.GetElapsedTime(startTimestamp) - time.GetUtcNow(); // once: later steps of the wall clock age nothing
        return Since(storedAt) - (ahead.Value > TimeSpan.Zero ? ahead.Value : TimeSpan.Zero) > limit;
    }

    /// <summary>How long ago that was. What was stored under a clock that was not set counts from the start of this one, once that is set.</summary>
    public TimeSpan Since(DateTimeOffset storedAt)
    {
        var age = Now - (storedAt < Earliest && start >= Earliest ? start : storedAt);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
