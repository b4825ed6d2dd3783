namespace EdgePose.Inference.Retry;

/// <summary>Pauses between tries. They double from one second to sixty, and start again at one second after a success.</summary>
/// <remarks>
/// Each pause is drawn from the upper half of its range, so that many cameras that failed together are not tried together.
/// Method: exponential back-off with "equal jitter" (Brooker 2015, "Exponential Backoff And Jitter").
/// </remarks>
public sealed class BackOff(Random random)
{
    /// <summary>The shortest pause.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromSeconds(60);

    private int failures;

    /// <summary>The pause before the next try. Counts a failure.</summary>
    public TimeSpan Next() => Next(Last);

    /// <summary>The pause before the next try, at most <paramref name="longest"/>. Counts a failure.</summary>
    public TimeSpan Next(TimeSpan longest)
    {
        var whole = Math.Min(First.TotalSeconds * Math.Pow(2, Math.Min(failures++, 10)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (random.NextDouble() / 2)));
    }

    /// <summary>Starts again at the shortest pause.</summary>
    public void Reset() => failures = 0;
}
