
namespace EdgePose.Delivery.Spool;

/// <summary>
/// What of the spool is in memory, a bounded part whatever the disk holds: messages on their way to the disk, the window that the publisher leases from, and the
/// positions that are settled (delivered or refused) but not off the disk yet. Its one lock is held for steps in memory only, so neither the pipeline nor the publisher waits for the disk.
/// </summary>
/// <param name="maxUnsettled">The most messages that may have been sent and still be on the disk: what a kill can send twice.</param>
/// <param name="count">Messages on the disk at the start.</param>
/// <param name="droppedBefore">What the spool dropped before this start.</param>
internal sealed partial class SpoolMemory(int maxUnsettled, long count, DropCounts droppedBefore = default)
{
    /// <summary>Messages in the window.</summary>
    public const int WindowCapacity = 256;

    private const int MaxIncoming = 8192;
    private const long MaxIncomingBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan SettleDelay = TimeSpan.FromMilliseconds(100);

    private readonly object gate = new(); // Monitor's Wait and Pulse: the writer sleeps on it
    private readonly Queue<StoredMessage> incoming = new();
    private readonly LeaseQueue window = new();
    private readonly HashSet<long> onlyHere = []; // in the window before they are on the disk, because that takes no writes
    private readonly HashSet<long> doneHere = []; // and settled before they came there
    private readonly HashSet<long> settled = [];
    private readonly HashSet<long> settling = [];
    private readonly HashSet<string> lifting = new(StringComparer.Ordinal); // topics that may be tried again, once the window begins with their oldest
    private long reach = long.MaxValue; // up to here the window lacks nothing of the disk that may be sent; beyond it nothing is leased, for the order's sake
    private long incomingBytes;
    private DropCounts dropped;
    private bool rewind;
    private bool moreOnDisk;
    private bool stopping;

    /// <summary>Why the disk takes no writes; null when it does.</summary>
    public string? HoldingFor { get; private set; }

    /// <summary>Messages that wait, wherever they are.</summary>
    public long Count
    {
        get
        {
            lock (gate)
            {
                return Math.Max(0, count);
            }
        }
    }

    /// <summary>Dropped since the start.</summary>
    public DropCounts Dropped
    {
        get
        {
            lock (gate)
            {
                return dropped;
            }
        }
    }

    /// <summary>Dropped before this start.</summary>
    public DropCounts DroppedBefore => droppedBefore;

    /// <summary>Whether the hand-over is nearly empty.</summary>
    public bool HasRoom
    {
        get
        {
            lock (gate)
            {
                return incoming.Count < MaxIncoming / 8 && incomingBytes < MaxIncomingBytes / 8;
            }
        }
    }

    /// <summary>Takes a message from the pipeline.</summary>
    /// <param name="message">The message.</param>
    /// <param name="fits">False for one that is longer than the spool takes: it is dropped, and counted as such.</param>
    public void Append(StoredMessage message, bool fits)
    {
        lock (gate)
        {
            if (!fits)
            {
                dropped = dropped.With(DropCause.Full, 1);
                return;
            }

            incoming.Enqueue(message);
            incomingBytes += message.Bytes;
            count++;
            while (incoming.Count > MaxIncoming || (incomingBytes > MaxIncomingBytes && incoming.Count > 1))
            {
                incomingBytes -= incoming.Dequeue().Bytes;
                Drop(HoldingFor is null ? DropCause.DiskSlow : DropCause.DiskFull, 1);
            }

            Monitor.Pulse(gate);
        }
    }

    /// <summary>See <see cref="IEventStore.TryLease"/>.</summary>
    public Lease? TryLease()
    {
        lock (gate)
        {
            // While the disk takes nothing off, delivering goes before the promise about what may arrive twice.
            if (HoldingFor is null && window.Leased + settled.Count + settling.Count >= maxUnsettled)
            {
                return null;
            }

            var lease = window.TryLease(reach);
            if (WantsMore)
            {
                Monitor.Pulse(gate);
            }

            return lease;
        }
    }

    /// <summary>A lease has ended for good: delivered, or (with a cause) dropped.</summary>
    public void Settle(long position, DropCause? cause)
    {
        lock (gate)
        {
            if (window.Remove(position) is null)
            {
                return;
            }

            if (cause is { } because)
            {
                Drop(because, 1);
            }
            else
            {
                count--;
            }

            if (onlyHere.Remove(position))
            {
                doneHere.Add(position);
            }
            else
            {
                settled.Add(position);
                Monitor.Pulse(gate);
            }
        }
    }

    /// <summary>See <see cref="IEventStore.Park"/>: what of the topic is on the disk leaves the window, so that others find room.</summary>
    public void Park(long position)
    {
        lock (gate)
        {
            if (window.Park(position) is { } topic)
            {
                lifting.Remove(topic);
                window.RemoveWaiting((waiting, message) => message.Topic == topic && !onlyHere.Contains(waiting));
            }
        }
    }

    /// <summary>
    /// See <see cref="IEventStore.Unpark"/>. The topic stays parked until the writer has read its oldest messages again: its newest may be in the window already, or
    /// on their way there in the writer's turn that runs.
    /// </summary>
    public void Unpark(string topic)
    {
        lock (gate)
        {
            lifting.Add(topic);
            rewind = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>See <see cref="IEventStore.ReturnLeases"/>.</summary>
    public void ReturnLeases()
    {
        lock (gate)
        {
            window.ReturnAll();
        }
    }

    /// <summary>The writer may end, when all is written.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }
    }

    private bool IsSettled(long position) => settled.Contains(position) || settling.Contains(position) || doneHere.Contains(position);

    private void Drop(DropCause cause, long messages)
    {
        dropped = dropped.With(cause, messages);
        count -= messages;
    }
}
