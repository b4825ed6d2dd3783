using EdgePose.Inference.Retry;

namespace EdgePose.Delivery.Broker;

/// <summary>Topics that the broker does not take for now: each is tried again after a pause of its own, which doubles up to a minute.</summary>
internal sealed class RefusedTopics(TimeProvider time)
{
    private readonly Dictionary<string, Pause> pauses = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => pauses.Count;

    /// <summary>A topic was refused.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Add(string topic)
    {
        var known = pauses.TryGetValue(topic, out var pause);
        pause ??= pauses[topic] = new Pause(new BackOff(Random.Shared));
        if (!pause.IsOver)
        {
            return false; // one of several that were in flight
        }

        (pause.IsOver, pause.Start, pause.Length) = (false, time.GetTimestamp(), pause.BackOff.Next());
        return !known;
    }

    /// <summary>
    /// A topic was taken. A pause that runs goes on all the same: what was refused before it in the same flight is parked, and only <see cref="Due"/> calls it up.
    /// </summary>
    public void Remove(string topic)
    {
        if (pauses.TryGetValue(topic, out var pause) && pause.IsOver)
        {
            pauses.Remove(topic);
        }
    }

    /// <summary>Whether a topic's pause runs.</summary>
    public bool IsPausing(string topic) => pauses.TryGetValue(topic, out var pause) && !pause.IsOver;

    /// <summary>The topics whose pause is over, each told once.</summary>
    /// <param name="isInFlight">Topics of which something is under way stay parked, or it could be sent twice.</param>
    public IEnumerable<string> Due(Func<string, bool> isInFlight)
    {
        foreach (var (topic, pause) in pauses)
        {
            if (!pause.IsOver && time.GetElapsedTime(pause.Start) >= pause.Length && !isInFlight(topic))
            {
                pause.IsOver = true;
                yield return topic;
            }
        }
    }

    private sealed class Pause(BackOff backOff)
    {
        public BackOff BackOff { get; } = backOff;

        public bool IsOver { get; set; } = true;

        public long Start { get; set; }

        public TimeSpan Length { get; set; }
    }
}
