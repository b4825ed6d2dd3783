namespace EdgePose.Delivery.Spool;

/// <summary>Keeps messages in memory, oldest out first when there are too many or they are too old. A restart loses them.</summary>
/// <param name="maxBytes">The most that messages may take (<see cref="StoredMessage.Bytes"/>).</param>
/// <param name="maxAge">How long a message may wait.</param>
/// <param name="time">The clock; only its monotonic side is used.</param>
public sealed class MemoryEventStore(long maxBytes, TimeSpan maxAge, TimeProvider time) : IEventStore
{
    private readonly Lock gate = new();
    private readonly LeaseQueue queue = new();
    private readonly Dictionary<long, long> appendedAt = [];
    private DropCounts dropped;
    private long bytes;
    private long last;

    /// <inheritdoc/>
    public StoreStatus Status
    {
        get
        {
            lock (gate)
            {
                return new StoreStatus(StoreMedium.Memory, string.Empty, queue.Count, bytes, queue.Oldest is { } oldest ? Age(oldest) : null, dropped);
            }
        }
    }

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return queue.Count;
            }
        }
    }

    /// <inheritdoc/>
    public Action? Ready { get; set; }

    /// <inheritdoc/>
    public void Append(StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (gate)
        {
            queue.Add(++last, message);
            appendedAt[last] = time.GetTimestamp();
            bytes += message.Bytes;
            while (bytes > maxBytes && queue.OldestWaiting is { } oldest)
            {
                Drop(oldest, DropCause.Full);
            }
        }

        Ready?.Invoke();
    }

    /// <inheritdoc/>
    public Lease? TryLease()
    {
        lock (gate)
        {
            DropAged();
            return queue.TryLease();
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(long position)
    {
        lock (gate)
        {
            Remove(position);
        }
    }

    /// <inheritdoc/>
    public void Discard(long position)
    {
        lock (gate)
        {
            Drop(position, DropCause.Refused);
        }
    }

    /// <inheritdoc/>
    public void Park(long position)
    {
        lock (gate)
        {
            queue.Park(position);
        }
    }

    /// <inheritdoc/>
    public void Unpark(string topic)
    {
        lock (gate)
        {
            queue.Unpark(topic);
        }
    }

    /// <inheritdoc/>
    public void ReturnLeases()
    {
        lock (gate)
        {
            queue.ReturnAll();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // nothing to close
    }

    private TimeSpan Age(long position) => time.GetElapsedTime(appendedAt[position]);

    private void DropAged()
    {
        while (queue.OldestWaiting is { } oldest && Age(oldest) > maxAge)
        {
            Drop(oldest, DropCause.Aged);
        }
    }

    private void Drop(long position, DropCause cause) => dropped = dropped.With(cause, Remove(position) is null ? 0 : 1);

    private StoredMessage? Remove(long position)
    {
        appendedAt.Remove(position);
        var message = queue.Remove(position);
        bytes -= message?.Bytes ?? 0;
        return message;
    }
}
