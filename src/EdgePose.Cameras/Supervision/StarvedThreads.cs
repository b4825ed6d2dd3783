namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Tells whether a thread of a decoder child wants a processor and hardly gets one. Whichever it is, the others may wait for it: for a lock that it holds, or for the
/// garbage collector, which waits for each of them. Only about the last second counts: a child that starved a while ago and idles now is excused by nothing.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="vitals">What the system tells of the child.</param>
internal sealed class StarvedThreads(TimeProvider time, IChildVitals vitals)
{
    /// <summary>Over less it is not judged.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.35);

    /// <summary>After so long it is looked at anew.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.9);

    private long? markedAt;
    private bool? starve;

    /// <summary>Looks, which opens a file for each thread: so it is done only for a child that is suspected of something.</summary>
    /// <param name="isSuspected">Whether it is; a child that is not begins anew.</param>
    /// <returns>Whether a thread starves; null until that has been looked at for long enough.</returns>
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
