namespace EdgePose.Delivery.Spool;

/// <summary>
/// The clock that ages are measured by. It begins at the wall clock's time (never before the newest message in the file) and then runs on the monotonic clock
/// alone, so that a step of the wall clock ages nothing. A wall clock that is not set (a device without a battery, before its first NTP answer) is not believed, and one that is ahead at the
/// start has <see cref="Settling"/> to be set right before anything is too old by it.
/// </summary>
internal sealed class SpoolClock
{
    /// <summary>No wall clock before this is right: EdgePose did not exist.</summary>
    public static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>After the start, in which nothing that was stored before it is too old: NTP answers within it, and a broker that is there takes what waits.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(5);

    private readonly TimeProvider time;
    private readonly DateTimeOffset wall;
    private readonly DateTimeOffset start;
    private readonly long startTimestamp;
    private TimeSpan? ahead;

    /// <summary>Starts a clock.</summary>
    /// <param name="time">The wall clock, asked at the start and once more, and the monotonic clock.</param>
    /// <param name="newest">When the newest message of the file was stored; null when there is none.</param>
    public SpoolClock(TimeProvider time, DateTimeOffset? newest)
    {
        this.time = time;
        startTimestamp = time.GetTimestamp();
        wall = time.GetUtcNow();
        start = newest > wall ? newest.Value : wall;
    }

    /// <summary>Now.</summary>
    public DateTimeOffset Now => start + time.GetElapsedTime(startTimestamp);

    /// <summary>Whether a message is older than it may be.</summary>
    /// <param name="storedAt">When it was stored.</param>
    /// <param name="limit">How old it may be.</param>
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
        var from = storedAt < Earliest && start >= Earliest ? start : storedAt;
        var age = Now - from;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
