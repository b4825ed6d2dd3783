using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// The one thread that has the log. It opens it, writes what has come, records what is gone, drops what has no room or is too old, and fills the publisher's window. What the disk refuses stays in
/// memory and is tried again.
/// </summary>
internal sealed class SpoolWriter(SpoolOptions options, SpoolEventStore memory, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HoldingTick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MarkTick = TimeSpan.FromMilliseconds(100); // what was delivered waits for company, so that each does not cost a write

    private readonly List<(long Number, StoredMessage Message)> batch = [];
    private readonly List<long> gone = [];
    private readonly List<long> lost = []; // found damaged since the opening, as positions
    private SpoolClock clock = new(time, null);
    private FileStream? claim;
    private SpoolLog? log;
    private long offset; // from numbers in memory to positions in the log
    private long triedAt;
    private (int Drops, long At) inVain; // files that made way on the disk, and it has no room all the same
    private DateTimeOffset lookedAt;
    private (long Position, DateTimeOffset StoredAt)? oldest;
    private long wroteAt;
    private volatile Tuple<long, DateTimeOffset?> use = new(0, null);

    public DropCounts DroppedBefore { get; private set; } // before this start
    public long UsedBytes => use.Item1; // of the files, as of the last turn; 0 when nothing waits
    public TimeSpan? OldestAge => use.Item2 is { } storedAt ? clock.Since(storedAt) : null;

    /// <summary>Opens the log; false when the disk refuses.</summary>
    /// <exception cref="SpoolInUseException">Another daemon has it, at the first try.</exception>
    public bool TryOpen()
    {
        triedAt = time.GetTimestamp();
        SpoolLog? opened = null;
        try
        {
            if (!OperatingSystem.IsWindows() && !Directory.Exists(options.Folder))
            {
                Directory.CreateDirectory(options.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // events tell who was seen where and when
            }

            claim ??= SpoolLock.Take(options.Folder);
            opened = new SpoolLog(options);
            var lostBefore = opened.Lost + LegacySpool.TakeOver(opened, options.LegacyFile, logger);
            (log, offset, DroppedBefore, clock) = (opened, opened.Last, opened.Dropped, new SpoolClock(time, opened.Newest));
            SpoolMessages.Opened(logger, options.Folder, log.Count, memory.State.Unwritten, log.Dropped.Total);
            if (log.Damaged.Count > 0)
            {
                SpoolMessages.Damaged(logger, string.Join(", ", log.Damaged), log.Lost);
            }

            memory.Open(log.Count, lostBefore);
            return true;
        }
        catch (Exception fault) when (IsOfTheDisk(fault) && (fault is not SpoolInUseException || memory.State.Fault is { Length: > 0 }))
        {
            opened?.Dispose();
            if (memory.Hold(Reason(fault)))
            {
                SpoolMessages.Unusable(logger, options.Folder, Reason(fault));
            }

            return false;
        }
    }

    /// <summary>Works until <see cref="SpoolEventStore.Dispose"/>, writes what is left, and closes the log.</summary>
    public void Run()
    {
        var pause = TimeSpan.Zero;
        while (memory.Sleep(pause) || memory.State is { Unwritten: > 0, Fault: null })
        {
            Turn();
            pause = memory.State switch { { Fault: not null } => HoldingTick, { Unwritten: > 0 } => TimeSpan.Zero, { Unrecorded: > 0 } => MarkTick, _ => Tick };
        }

        wroteAt = 0;
        Turn(); // what was delivered last
        if (memory.State is { Unwritten: > 0 and var left, Fault: var reason })
        {
            SpoolMessages.Lost(logger, left, reason ?? string.Empty);
        }

        log?.Dispose();
        claim?.Dispose();
    }

    private static bool IsOfTheDisk(Exception fault) => fault is IOException or UnauthorizedAccessException or SqliteException;

    private static string Reason(Exception fault) => fault.Message.ReplaceLineEndings(" ").TrimEnd('.');

    private void Turn()
    {
        try
        {
            if (log is not null || (time.GetElapsedTime(triedAt) >= options.RetryPause && TryOpen()))
            {
                Refill(log!); // what is stored can be sent although nothing can be written
                Store(log!);
                Refill(log!);
                Look(log!);
            }
        }
        catch (Exception fault) when (IsOfTheDisk(fault))
        {
            if (memory.Hold(Reason(fault)))
            {
                SpoolMessages.Holds(logger, Reason(fault));
            }
        }

        memory.Ready?.Invoke();
    }

    /// <summary>Writes a batch and records what is gone. Where there is no room, the oldest make way.</summary>
    private void Store(SpoolLog to)
    {
        while (true)
        {
            var total = DroppedBefore.Plus(memory.Take(batch, gone));
            var isHolding = memory.State.Fault is not null;
            var hasMark = gone.Count + lost.Count > 0 || total != to.Dropped || isHolding;
            if (batch.Count == 0 && (!hasMark || (gone.Count < options.InFlight / 2 && time.GetElapsedTime(wroteAt) < MarkTick)))
            {
                return;
            }

            try
            {
                var now = clock.Now;
                to.Append([.. batch.Select(entry => new SpoolEvent(entry.Number + offset, now, entry.Message))], gone.Select(number => number + offset).Concat(lost), total);
                oldest ??= batch.Count > 0 ? (batch[0].Number + offset, now) : null;
                (inVain, wroteAt) = (default, time.GetTimestamp());
                lost.Clear();
                memory.Stored(batch, gone);
                if (isHolding)
                {
                    SpoolMessages.Takes(logger);
                }

                return;
            }
            catch (SpoolFullException full)
            {
                // Two may be smaller than the next. Where others take their room, dropping more at once helps nobody.
                if (batch.Count == 0 || (inVain.Drops > 2 && time.GetElapsedTime(inVain.At) < options.RetryPause) || !to.Sealed.Any(segment => TryDrop(to, segment, full.Cause)))
                {
                    throw;
                }

                inVain = full.Cause == DropCause.DiskFull ? (inVain.Drops + 1, time.GetTimestamp()) : default;
            }
        }
    }

    /// <summary>Drops a file, unless an event in it is in flight.</summary>
    private bool TryDrop(SpoolLog from, SpoolSegment segment, DropCause cause)
    {
        var dropped = memory.Withdraw([.. segment.All(SpoolSlot.Waiting).Select(position => position - offset)]);
        if (dropped > 0)
        {
            from.Drop(segment, from.Dropped.With(cause, dropped));
            memory.Drop(cause, dropped);
        }

        return dropped > 0;
    }

    /// <summary>Reads from the disk what the window has room for.</summary>
    private void Refill(SpoolLog from)
    {
        while (memory.TryGetGap(out var after, out var room))
        {
            var before = lost.Count;
            var events = from.Read(after == long.MinValue ? after : after + offset, room, lost);
            if (lost.Count > before)
            {
                SpoolMessages.Damaged(logger, options.Folder, lost.Count - before);
                memory.Drop(DropCause.Corrupt, lost.Count - before);
            }

            memory.Fill(after, events.Select(entry => (entry.Position - offset, entry.Message)), (events.Count < room ? from.Last : events[^1].Position) - offset, isEnd: events.Count < room);
        }
    }

    /// <summary>Once a second drops what is too old and looks at the oldest event.</summary>
    private void Look(SpoolLog at)
    {
        if (clock.Now - lookedAt >= Tick)
        {
            lookedAt = clock.Now;
            foreach (var segment in at.Segments.TakeWhile(segment => segment.Stored is not { } stored || clock.IsOlder(stored.Newest, options.MaxAge)))
            {
                TryDrop(at, segment, DropCause.Aged);
            }

            oldest = at.Oldest is not { } first ? null : oldest?.Position == first ? oldest : at.Read(first - 1, 1, []) is [var entry] ? (first, entry.StoredAt) : null;
        }

        use = at.Count > 0 ? new(at.Bytes, oldest?.StoredAt) : new(0, null);
    }
}
