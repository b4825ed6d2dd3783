namespace EdgePose.Daemon.Publishing;

/// <summary>Keeps messages in memory, oldest out first when there are too many. A restart loses them.</summary>
public sealed class MemoryEventStore(int capacity) : IEventStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, StoredMessage> messages = [];
    private readonly SortedSet<long> waiting = [];
    private long dropped;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return messages.Count;
            }
        }
    }

    /// <inheritdoc/>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <inheritdoc/>
    public void Append(StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (gate)
        {
            if (messages.Count >= capacity)
            {
                var oldest = messages.First().Key;
                messages.Remove(oldest);
                waiting.Remove(oldest);
                dropped++;
            }

            messages.Add(message.Sequence, message);
            waiting.Add(message.Sequence);
        }
    }

    /// <inheritdoc/>
    public StoredMessage? TryLease()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                return null;
            }

            var first = waiting.Min;
            waiting.Remove(first);
            return messages[first];
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(long sequence)
    {
        lock (gate)
        {
            messages.Remove(sequence);
            waiting.Remove(sequence);
        }
    }

    /// <inheritdoc/>
    public void ReturnLeases()
    {
        lock (gate)
        {
            waiting.UnionWith(messages.Keys);
        }
    }
}
