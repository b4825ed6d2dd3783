using EdgePose.Inference.Retry;

namespace EdgePose.Delivery.Broker;

/// <summary>Pauses between connections to the broker. They grow until a connection lasts.</summary>
internal sealed class ReconnectPauses(TimeProvider time, Random random)
{
    /// <summary>Short, so that what waits is on its way soon after the broker is back: 10 s, 5 s to connect, and the rest of 30 s to drain.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A connection that lasted so long ends the growth: twice the longest pause, so that of two clients with one id, which end each other's connection, neither takes the other's pause for
    /// a good connection of its own.
    /// </summary>
    private static readonly TimeSpan Steady = 2 * BackOff.Last;

    private readonly BackOff backOff = new(random);
    private long? connectedAt;

    /// <summary>Whether there was a connection since <see cref="Begin"/>.</summary>
    public bool HasConnected => connectedAt is not null;

    /// <summary>A connection is tried.</summary>
    public void Begin() => connectedAt = null;

    /// <summary>It is there.</summary>
    public void Connected() => connectedAt = time.GetTimestamp();

    /// <summary>Other settings are tried: the faults of the ones before say nothing.</summary>
    public void Reset() => backOff.Reset();

    /// <summary>The pause after a failure.</summary>
    /// <param name="hasAnswered">Whether the broker answered anything in the connection.</param>
    /// <param name="isTakenOver">Whether another client with the same id took it over: that one is given more time.</param>
    public TimeSpan Next(bool hasAnswered, bool isTakenOver)
    {
        if (hasAnswered && connectedAt is { } start && time.GetElapsedTime(start) >= Steady)
        {
            backOff.Reset();
        }

        var (pause, longest) = (backOff.Next(), isTakenOver ? BackOff.Last : Longest);
        return pause < longest ? pause : longest - (longest * (random.NextDouble() / 2));
    }
}
