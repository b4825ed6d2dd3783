using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// Stands in for a spool that cannot be opened. Events wait in memory, and the spool is tried again until it opens. Then no more are leased from memory; when none of those is in flight any more,
/// what waits in memory moves into the spool, as fast as that takes it, and all leases come from there. When memory is empty, events go to the spool directly.
/// </summary>
/// <remarks>The one lock is held for steps in memory only. Positions in memory are given out as negative numbers: the spool has the others.</remarks>
internal sealed class SpoolStandIn : IEventStore
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private readonly string path;
    private readonly Func<SpoolEventStore> open;
    private readonly MemoryEventStore memory;
    private readonly TimeSpan pause;
    private readonly ILogger logger;
    private readonly object gate = new(); // Monitor's Wait and Pulse: the thread sleeps on it
    private readonly Thread thread;
    private SpoolEventStore? spool;
    private string reason;
    private bool isMoved;
    private bool stopping;

    /// <summary>Starts to stand in.</summary>
    /// <param name="path">The spool's file.</param>
    /// <param name="reason">Why it could not be opened.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="memory">Where events wait meanwhile.</param>
    /// <param name="pause">How long after a failure it is tried again.</param>
    /// <param name="logger">Where it is told.</param>
    public SpoolStandIn(string path, string reason, Func<SpoolEventStore> open, MemoryEventStore memory, TimeSpan pause, ILogger logger)
    {
        (this.path, this.reason, this.open, this.memory, this.pause, this.logger) = (path, reason, open, memory, pause, logger);
        memory.Ready = () => Ready?.Invoke();
        SpoolLog.Unusable(logger, path, reason);
        thread = new Thread(Run) { IsBackground = true, Name = "spool, to be opened" };
        thread.Start();
    }

    /// <inheritdoc/>
    public StoreStatus Status
    {
        get
        {
            lock (gate)
            {
                var held = memory.Status;
                if (spool?.Status is not { } status)
                {
                    return held with { Fault = $"the spool {path} cannot be used ({reason}): {SpoolLog.InMemory}" };
                }

                var sum = status with { Count = status.Count + held.Count, Bytes = status.Bytes + held.Bytes, Dropped = status.Dropped.Plus(held.Dropped) };
                return isMoved ? sum
                    : sum with
                    {
                        Medium = StoreMedium.Holding,
                        Fault = status.Fault.Length > 0 ? status.Fault : $"the spool {path} is open again, and what waits in memory moves there",
                        OldestAge = status.OldestAge > held.OldestAge ? status.OldestAge : held.OldestAge ?? status.OldestAge,
                    };
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
                return memory.Count + (spool?.Count ?? 0);
            }
        }
    }

    /// <inheritdoc/>
    public Action? Ready { get; set; }

    private bool IsMoving => spool is not null && memory.Leased == 0;

    /// <inheritdoc/>
    public void Append(StoredMessage message)
    {
        lock (gate)
        {
            (isMoved ? (IEventStore)spool! : memory).Append(message);
        }
    }

    /// <inheritdoc/>
    public Lease? TryLease()
    {
        lock (gate)
        {
            return spool is null ? memory.TryLease() is { } lease ? lease with { Position = -lease.Position } : null
                : IsMoving ? spool.TryLease()
                : null;
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(long position) => End(position, static (store, position) => store.Acknowledge(position));

    /// <inheritdoc/>
    public void Discard(long position) => End(position, static (store, position) => store.Discard(position));

    /// <inheritdoc/>
    public void Park(long position) => End(position, static (store, position) => store.Park(position));

    /// <inheritdoc/>
    public void Unpark(string topic)
    {
        lock (gate)
        {
            memory.Unpark(topic);
            spool?.Unpark(topic);
        }
    }

    /// <inheritdoc/>
    public void ReturnLeases()
    {
        lock (gate)
        {
            memory.ReturnLeases();
            spool?.ReturnLeases();
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Moves what waits in memory when the spool is open, and closes that; a disk that hangs is not waited for for long.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            memory.ReturnLeases();
            Monitor.Pulse(gate);
        }

        thread.Join(CloseLimit);
        lock (gate)
        {
            if (memory.Count is > 0 and var left)
            {
                SpoolLog.Lost(logger, left, spool?.Status.Fault ?? reason);
            }
        }

        spool?.Dispose();
    }

    private void End(long position, Action<IEventStore, long> how)
    {
        lock (gate)
        {
            how(position < 0 ? memory : spool!, Math.Abs(position));
            Monitor.Pulse(gate); // it may have been the last that was in flight from memory
        }
    }

    private void Run()
    {
        if (OpenedInTime() is { } opened)
        {
            lock (gate)
            {
                spool = opened;
                spool.Ready = Wake;
            }

            SpoolLog.Opened(logger, path, opened.Count, opened.Status.DroppedBefore);
            Ready?.Invoke();
            Move(opened);
        }
    }

    /// <summary>Tries the spool until it opens; null when the daemon stops before that.</summary>
    private SpoolEventStore? OpenedInTime()
    {
        while (MayTry())
        {
            try
            {
                return open();
            }
            catch (Exception fault) when (EventStores.IsOfTheDisk(fault))
            {
                Keep(EventStores.Reason(fault));
            }
        }

        return null;
    }

    private bool MayTry()
    {
        lock (gate)
        {
            for (var start = Environment.TickCount64; !stopping && TimeSpan.FromMilliseconds(Environment.TickCount64 - start) is var waited && waited < pause;)
            {
                Monitor.Wait(gate, pause - waited);
            }

            return !stopping;
        }
    }

    private void Keep(string latest)
    {
        lock (gate)
        {
            if (latest == reason)
            {
                return; // told already
            }

            reason = latest;
        }

        SpoolLog.Unusable(logger, path, latest);
    }

    private void Wake()
    {
        lock (gate)
        {
            Monitor.Pulse(gate);
        }

        Ready?.Invoke();
    }

    /// <summary>Moves what waits in memory, never more at once than the spool's hand-over has room for: nothing is dropped for the moving.</summary>
    private void Move(SpoolEventStore to)
    {
        var moved = 0;
        lock (gate)
        {
            while (!isMoved && !(stopping && to.Status.Medium == StoreMedium.Holding))
            {
                while (IsMoving && to.HasRoom && memory.TryTake() is { } message)
                {
                    to.Append(message);
                    moved++;
                }

                isMoved = IsMoving && memory.Count == 0;
                if (!isMoved)
                {
                    Monitor.Wait(gate, pause);
                }
            }

        }

        to.Ready = () => Ready?.Invoke();
        SpoolLog.Moved(logger, path, moved);
        Ready?.Invoke();
    }
}
