namespace EdgePose.Delivery.Spool;

/// <summary>Messages by position, each waiting or in flight; messages of parked topics wait without being leased. Not thread-safe: a store has its own lock.</summary>
internal sealed class LeaseQueue
{
    private readonly SortedDictionary<long, StoredMessage> messages = [];
    private readonly SortedSet<long> waiting = [];
    private readonly HashSet<string> parked = new(StringComparer.Ordinal);

    /// <summary>All messages.</summary>
    public int Count => messages.Count;

    /// <summary>Those in flight.</summary>
    public int Leased => messages.Count - waiting.Count;

    /// <summary>Whether a message is in flight.</summary>
    public bool IsLeased(long position) => messages.ContainsKey(position) && !waiting.Contains(position);

    /// <summary>The lowest position that is not in flight; null when there is none.</summary>
    public long? OldestWaiting => waiting.Count > 0 ? waiting.Min : null;

    /// <summary>The lowest position; null when there is none.</summary>
    public long? Oldest => messages.Count > 0 ? messages.First().Key : null;

    /// <summary>Whether the messages of <paramref name="topic"/> are held back.</summary>
    public bool IsParked(string topic) => parked.Contains(topic);

    /// <summary>Whether a message is here.</summary>
    public bool Contains(long position) => messages.ContainsKey(position);

    /// <summary>Puts a message in its place.</summary>
    public void Add(long position, StoredMessage message)
    {
        messages.Add(position, message);
        waiting.Add(position);
    }

    /// <summary>How many wait at positions up to <paramref name="upTo"/>.</summary>
    public int WaitingUpTo(long upTo)
    {
        if (waiting.Count == 0 || waiting.Max <= upTo)
        {
            return waiting.Count;
        }

        var count = 0;
        foreach (var position in waiting)
        {
            if (position > upTo)
            {
                break;
            }

            count++;
        }

        return count;
    }

    /// <summary>The lowest position that may be sent, which is in flight from now on.</summary>
    /// <param name="upTo">None beyond this one.</param>
    public Lease? TryLease(long upTo = long.MaxValue)
    {
        foreach (var position in waiting)
        {
            if (position > upTo)
            {
                break;
            }

            var message = messages[position];
            if (parked.Count == 0 || !parked.Contains(message.Topic))
            {
                waiting.Remove(position);
                return new Lease(position, message);
            }
        }

        return null;
    }

    /// <summary>Takes a message out; null when it is not here.</summary>
    public StoredMessage? Remove(long position)
    {
        waiting.Remove(position);
        return messages.Remove(position, out var message) ? message : null;
    }

    /// <summary>Takes out every message that waits and that <paramref name="which"/> picks.</summary>
    public void RemoveWaiting(Func<long, StoredMessage, bool> which)
    {
        foreach (var position in waiting.Where(position => which(position, messages[position])).ToArray())
        {
            Remove(position);
        }
    }

    /// <summary>Takes a message back from flight, and holds its topic back; the topic, or null when the message is not here.</summary>
    public string? Park(long position)
    {
        if (!messages.TryGetValue(position, out var message))
        {
            return null;
        }

        waiting.Add(position);
        parked.Add(message.Topic);
        return message.Topic;
    }

    /// <summary>Holds them back no longer.</summary>
    public void Unpark(string topic) => parked.Remove(topic);

    /// <summary>Nothing is in flight any more.</summary>
    public void ReturnAll() => waiting.UnionWith(messages.Keys);
}
