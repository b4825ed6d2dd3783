namespace EdgePose.Daemon.Telemetry;

/// <summary>
/// How long a thread has been at one piece of work. A thread that waits for work is well however long it waits: cameras may be away for days. One that took
/// up a piece and does not finish it hangs.
/// </summary>
public sealed class WorkPulse(TimeProvider time)
{
    private long since;

    /// <summary>How long the piece at hand has taken so far; zero while the thread waits. Any thread may ask.</summary>
    public TimeSpan Busy => Interlocked.Read(ref since) is var start && start != 0 ? time.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>The thread takes up a piece of work.</summary>
    public void Begin() => Interlocked.Exchange(ref since, Math.Max(1, time.GetTimestamp()));

    /// <summary>The piece is done.</summary>
    public void End() => Interlocked.Exchange(ref since, 0);
}
