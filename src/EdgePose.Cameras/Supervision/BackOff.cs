namespace EdgePose.Cameras.Supervision;

/// <summary>
/// Pauses between tries: they double from one second to sixty, each drawn from the upper half of its range so that many cameras that
/// failed together do not come back together, and begin anew after a success that lasted.
/// </summary>
/// <remarks>Method: exponential back-off with "equal jitter" (Brooker 2015, "Exponential Backoff And Jitter").</remarks>
public sealed class BackOff(Random random)
{
    /// <summary>The shortest pause.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromSeconds(60);

    private int failures;

    /// <summary>The pause before the next try; counts a failure.</summary>
    public TimeSpan Next() => Next(Last);

    /// <summary>The pause before the next try, drawn from the upper half of what is at most <paramref name="longest"/>; counts a failure like any other.</summary>
    public TimeSpan Next(TimeSpan longest)
    {
        var whole = Math.Min(First.TotalSeconds * Math.Pow(2, Math.Min(failures++, 10)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (random.NextDouble() / 2)));
    }

    /// <summary>Begins anew.</summary>
    public void Reset() => failures = 0;
}
