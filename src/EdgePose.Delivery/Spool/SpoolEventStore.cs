using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>The state of the spool. <c>Fault</c> says why the disk takes no writes; null when it does. <c>Count</c> has all events that wait, <c>Dropped</c> those dropped since the start.
/// <c>Unwritten</c> and <c>Unrecorded</c> are not on the disk.</summary>
internal readonly record struct SpoolState(bool IsOpen, string? Fault, long Count, DropCounts Dropped, int Unwritten, int Unrecorded);

/// <summary>
/// Keeps events on the disk until the broker has acknowledged them; the promises and the format are in README.md. In memory are events that are not on the disk, the window from which the publisher
/// leases, and what was delivered and is not recorded. The lock is held for steps in memory only, so neither the pipeline nor the publisher waits for the disk. While the disk cannot be used, events are
/// leased from memory.
/// </summary>
/// <remarks>Events are numbered from 1 at each start, so that they have a number before the log is open. Those of the log have numbers up to 0.</remarks>
public sealed class SpoolEventStore : IEventStore
{
    private const int WindowCapacity = 256;
    private const int BatchEvents = 128;
    private const int BatchBytes = 64 * 1024;
    private const long HandOverBytes = 8 * 1024 * 1024;
    private const int OverheadBytes = 256; // objects around a message
    private const int CloseSeconds = 10; // a disk that hangs is not waited for for longer
    private readonly SpoolOptions options;
    private readonly SpoolWriter writer;
    private readonly Thread thread;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly AutoResetEvent work = new(false);
    private readonly SortedDictionary<long, StoredMessage> unwritten = [];
    private readonly LeaseQueue window = new();
    private readonly HashSet<long> settled = []; // delivered or dropped, and not recorded
    private bool isOpen;
    private string? fault = string.Empty;
    private long count;
    private DropCounts dropped;
    private long last;
    private long unwrittenBytes;
    private long limitBytes; // the spool's own until the log is open and has taken what waits
    private long reach; // the highest number that was read from the disk. What comes after it is not leased before it is stored
    private bool atEnd = true; // whether nothing is on the disk beyond it
    private volatile bool stopping;

    /// <summary>
    /// Opens the spool and starts its thread. Where the disk refuses, or a newer version wrote the spool, events wait in memory, the log and the status say so, and the opening is tried again.
    /// </summary>
    /// <exception cref="SpoolInUseException">Another daemon has it: two that send the same events are a mistake that nobody would notice.</exception>
    public SpoolEventStore(SpoolOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.logger, limitBytes) = (options, logger, options.MaxBytes);
        writer = new SpoolWriter(options, this, time, logger);
        writer.TryOpen();
        thread = new Thread(writer.Run) { IsBackground = true, Name = "spool" };
        thread.Start();
    }

    /// <inheritdoc/>
    public StoreStatus Status
    {
        get
        {
            var state = State;
            var (medium, reason) = state switch
            {
                { Fault: null } => (StoreMedium.Disk, string.Empty),
                { IsOpen: true } => (StoreMedium.Holding, $"the spool's disk takes no writes ({state.Fault}); make room on it"),
                _ => (StoreMedium.Memory, $"the spool {options.Folder} cannot be used ({state.Fault}): {SpoolMessages.InMemory}"),
            };
            return new StoreStatus(medium, reason, Count, writer.UsedBytes, Count > 0 ? writer.OldestAge : null, state.Dropped) { DroppedBefore = writer.DroppedBefore.Total };
        }
    }

    /// <inheritdoc/>
    public int Count => (int)Math.Clamp(State.Count, 0, int.MaxValue);

    /// <inheritdoc/>
    public Action? Ready { get; set; }

    internal bool IsWritten => State is { Unwritten: 0, Unrecorded: 0 };

    internal SpoolState State
    {
        get
        {
            using var scope = gate.EnterScope();
            return new SpoolState(isOpen, fault, count, dropped, unwritten.Count, settled.Count);
        }
    }

    private bool WantsMore => !atEnd && window.WaitingUpTo(reach) < WindowCapacity / 2;

    /// <inheritdoc/>
    public void Append(StoredMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        using (gate.EnterScope())
        {
            count++;
            if (message.Bytes > SpoolRecord.MaxMessageBytes)
            {
                Drop(DropCause.Full, 1);
                return;
            }

            unwritten.Add(++last, message);
            unwrittenBytes += message.Bytes + OverheadBytes;
            if (fault is not null)
            {
                window.Add(last, message);
            }

            // The oldest that is not in flight makes way.
            while (unwrittenBytes > limitBytes && unwritten.Keys.Cast<long?>().FirstOrDefault(number => !window.IsLeased(number!.Value)) is { } oldest)
            {
                window.Remove(oldest);
                RemoveUnwritten(oldest);
                Drop(fault is null ? DropCause.DiskSlow : DropCause.DiskFull, 1);
            }
        }

        work.Set(); // the writer calls Ready
    }

    /// <inheritdoc/>
    public Lease? TryLease()
    {
        using var scope = gate.EnterScope();
        if (fault is null && window.Leased + settled.Count >= options.InFlight)
        {
            return null; // while the disk records nothing, delivery goes before this limit of what may arrive twice
        }

        var lease = window.TryLease(atEnd && fault is not null ? long.MaxValue : reach);
        if (WantsMore)
        {
            work.Set();
        }

        return lease;
    }

    /// <inheritdoc/>
    public void Acknowledge(long position) => Settle(position, cause: null);

    /// <inheritdoc/>
    public void Discard(long position) => Settle(position, DropCause.Refused);

    /// <inheritdoc/>
    public void Park(long position)
    {
        using var scope = gate.EnterScope();
        if (window.Park(position) is { } topic)
        {
            window.RemoveWaiting((waiting, message) => message.Topic == topic && !unwritten.ContainsKey(waiting)); // others find room: the disk has them
        }
    }

    /// <inheritdoc/>
    public void Unpark(string topic)
    {
        using var scope = gate.EnterScope();
        window.Unpark(topic);
        Rewind();
    }

    /// <inheritdoc/>
    public void ReturnLeases()
    {
        using var scope = gate.EnterScope();
        window.ReturnAll();
    }

    /// <summary>Writes what is left, and closes the files.</summary>
    public void Dispose()
    {
        stopping = true;
        work.Set();
        if (!thread.Join(TimeSpan.FromSeconds(CloseSeconds)))
        {
            SpoolMessages.Hangs(logger, CloseSeconds, State.Unwritten);
        }
    }

    /// <summary>Sleeps until something has come, or for so long; false when it is time to end.</summary>
    internal bool Sleep(TimeSpan limit)
    {
        work.WaitOne(limit);
        return !stopping;
    }

    /// <summary>The log is open. What waits in it comes before what waits here.</summary>
    internal void Open(long onDisk, long lost)
    {
        using var scope = gate.EnterScope();
        (isOpen, fault, count) = (true, null, count + onDisk + lost);
        Drop(DropCause.Corrupt, lost);
        Rewind();
    }

    /// <summary>The oldest events that are not written, what is to be recorded as gone, and all that was dropped since the start. They stay here until <see cref="Stored"/>.</summary>
    internal DropCounts Take(List<(long Number, StoredMessage Message)> batch, List<long> gone)
    {
        using var scope = gate.EnterScope();
        batch.Clear();
        var bytes = 0;
        foreach (var (number, message) in unwritten.TakeWhile(_ => batch.Count < BatchEvents && bytes < BatchBytes))
        {
            batch.Add((number, message));
            bytes += message.Bytes;
        }

        gone.Clear();
        gone.AddRange(settled);
        limitBytes = unwrittenBytes < HandOverBytes ? HandOverBytes : limitBytes;
        return dropped;
    }

    /// <summary>What was taken is on the disk.</summary>
    internal void Stored(List<(long Number, StoredMessage Message)> batch, List<long> gone)
    {
        using var scope = gate.EnterScope();
        fault = null;
        settled.ExceptWith(gone);
        settled.UnionWith(batch.Where(entry => !RemoveUnwritten(entry.Number)).Select(entry => entry.Number)); // settled while it was being written
        if (batch.Count > 0 && atEnd && WindowCapacity - window.WaitingUpTo(reach) >= batch.Count)
        {
            Fill(reach, batch, batch[^1].Number, isEnd: true);
        }

        atEnd &= batch.Count == 0 || reach == batch[^1].Number;
    }

    /// <summary>The disk takes no writes, and what waits here is leased from here. True when that is news.</summary>
    internal bool Hold(string reason)
    {
        using var scope = gate.EnterScope();
        foreach (var (number, message) in unwritten.Where(entry => !window.Contains(entry.Key)))
        {
            window.Add(number, message);
        }

        (var before, fault) = (fault, reason);
        return before != reason;
    }

    /// <summary>Takes events out of the window, to drop them, unless one is in flight; gives the number of those that were not delivered meanwhile.</summary>
    internal int Withdraw(IReadOnlyCollection<long> numbers)
    {
        using var scope = gate.EnterScope();
        if (numbers.Any(window.IsLeased))
        {
            return 0;
        }

        Rewind(); // where dropping them fails, they are wanted again
        return numbers.Count(number => !settled.Contains(number));
    }

    /// <summary>Events were dropped from the disk, or lost there.</summary>
    internal void Drop(DropCause cause, long events)
    {
        using var scope = gate.EnterScope();
        (count, dropped) = (count - events, dropped.With(cause, events));
    }

    /// <summary>After which number events of the disk are wanted, and how many; false when the window is full or holds all of them.</summary>
    internal bool TryGetGap(out long after, out int room)
    {
        using var scope = gate.EnterScope();
        (after, room) = (reach, WindowCapacity - window.WaitingUpTo(reach)); // those beyond must not keep those before them out
        return !atEnd && room > 0;
    }

    /// <summary>Puts events of the disk into the window, which was read from one number to another, unless some of it is wanted again since. At the end, nothing is on the disk beyond it.</summary>
    internal void Fill(long after, IEnumerable<(long Number, StoredMessage Message)> events, long upTo, bool isEnd)
    {
        using var scope = gate.EnterScope();
        if (reach == after)
        {
            foreach (var (number, message) in events.Where(entry => !window.Contains(entry.Number) && !settled.Contains(entry.Number) && !window.IsParked(entry.Message.Topic)))
            {
                window.Add(number, message);
            }

            (reach, atEnd) = (upTo, isEnd);
        }
    }

    /// <summary>Empties the window of what waits and is on the disk, to be filled from the oldest event on. Until then nothing of the disk is leased.</summary>
    private void Rewind()
    {
        window.RemoveWaiting((number, _) => !unwritten.ContainsKey(number));
        (reach, atEnd) = isOpen ? (long.MinValue, false) : (reach, atEnd);
        work.Set();
    }

    private void Settle(long number, DropCause? cause)
    {
        using var scope = gate.EnterScope();
        if (window.Remove(number) is not null)
        {
            count--;
            dropped = cause is { } because ? dropped.With(because, 1) : dropped;
            settled.UnionWith(RemoveUnwritten(number) ? [] : [number]);
            work.Set();
        }
    }

    private bool RemoveUnwritten(long number)
    {
        unwrittenBytes -= unwritten.TryGetValue(number, out var message) ? message.Bytes + OverheadBytes : 0;
        return unwritten.Remove(number);
    }
}
