namespace EdgePose.Cameras.Decoder;

/// <summary>Limits log lines: a burst, then one a second. Not thread-safe.</summary>
/// <remarks>Method: token bucket.</remarks>
/// <param name="burst">Lines at once.</param>
/// <param name="time">The clock.</param>
internal sealed class LineBudget(int burst, TimeProvider time)
{
    private long last = time.GetTimestamp();
    private double credit = burst;
    private long refused;

    /// <summary>Asks for one line.</summary>
    /// <param name="leftOut">How many were refused since the last that was not.</param>
    /// <returns>Whether it may be logged.</returns>
    public bool TryTake(out long leftOut)
    {
        var now = time.GetTimestamp();
        credit = Math.Min(burst, credit + time.GetElapsedTime(last, now).TotalSeconds);
        last = now;
        leftOut = refused;
        if (credit < 1)
        {
            refused++;
            return false;
        }

        credit--;
        refused = 0;
        return true;
    }
}
