namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Finds a decoder process of which a thread waits for a processor most of the time. The other threads may wait for that one: for a lock, or for the garbage collector.
/// Only the last second counts, so that an earlier wait excuses nothing.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="vitals">The system's figures of the process.</param>
internal sealed class StarvedThreads(TimeProvider time, IChildVitals vitals)
{
    /// <summary>The shortest time to judge.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.35);

    /// <summary>After so long the measurement starts again.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.9);

    private long? markedAt;
    private bool? starve;

    /// <summary>Measures. It opens a file for each thread, so it is done only for a suspected process.</summary>
    /// <param name="isSuspected">Whether the process is suspected. If not, the measurement starts again.</param>
    /// <returns>Whether a thread starves; null until it was measured for long enough.</returns>
    public bool? Look(bool isSuspected)
    {
        if (!isSuspected)
        {
            (markedAt, starve) = (null, null);
            return null;
        }

        if (markedAt is not { } start)
        {
            Mark();
            return null;
        }

        var passed = time.GetElapsedTime(start);
        if (passed >= Shortest)
        {
            starve = vitals.LongestThreadWait > passed / 2;
            if (passed > Window)
            {
                Mark();
            }
        }

        return starve;
    }

    private void Mark()
    {
        vitals.MarkThreads();
        markedAt = time.GetTimestamp();
    }
}
