using EdgePose.Daemon.Publishing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EdgePose.Daemon.Spool;

/// <summary>
/// The one thread that has the spool's file. Each turn writes what has come since the last and removes what was settled, in one transaction, and refills the
/// publisher's window. What the disk refuses stays in memory and is tried again.
/// </summary>
internal sealed class SpoolWriter
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HoldingTick = TimeSpan.FromMilliseconds(200);
    private const int BatchMessages = 128;
    private const int BatchBytes = 64 * 1024; // about what one transaction adds to the log, which the margin of SpoolRoom counts with
    private const int AgedAtOnce = 256;
    private const int MostAttempts = 8; // the victims of the last are 128 times those of the first

    private readonly SpoolMemory memory;
    private readonly Func<string, OpenSpool> mend;
    private readonly Func<bool> diskHasRoom;
    private readonly SpoolClock clock;
    private readonly TimeSpan maxAge;
    private readonly Action ready;
    private readonly ILogger logger;
    private readonly List<StoredMessage> taken = [];
    private readonly List<SpoolEntry> batch = [];
    private readonly List<long> removals = [];
    private ISpoolFile? file;
    private string damage = string.Empty;
    private long next;
    private long cursor;
    private long onDisk;
    private DateTimeOffset agesSeenAt;
    private long usedBytes;
    private long oldestStoredAt;
    private int pending;

    /// <summary>Makes a writer.</summary>
    /// <param name="file">The open file, the writer's own from now on.</param>
    /// <param name="last">The highest position that was ever given.</param>
    /// <param name="memory">What it shares with the pipeline and the publisher.</param>
    /// <param name="mend">Puts a whole file in the place of a damaged one that is closed; told the reason.</param>
    /// <param name="diskHasRoom">Whether the file may grow as far as the disk is concerned.</param>
    /// <param name="clock">What ages are measured by.</param>
    /// <param name="maxAge">How long a message may wait.</param>
    /// <param name="ready">Called when the window has something new.</param>
    /// <param name="logger">Where faults are told.</param>
    public SpoolWriter(
        ISpoolFile file, long last, SpoolMemory memory, Func<string, OpenSpool> mend, Func<bool> diskHasRoom, SpoolClock clock, TimeSpan maxAge, Action ready, ILogger logger)
    {
        (this.file, this.memory, this.mend, this.diskHasRoom, this.clock, this.maxAge, this.ready, this.logger) = (file, memory, mend, diskHasRoom, clock, maxAge, ready, logger);
        (next, onDisk) = (last, file.Mark.Last);
        Look();
    }

    /// <summary>Bytes that waiting messages take on the disk, as of the last turn.</summary>
    public long UsedBytes => Interlocked.Read(ref usedBytes);

    /// <summary>How long the oldest message on the disk has waited, as of the last turn; null when there is none.</summary>
    public TimeSpan? OldestAge => Interlocked.Read(ref oldestStoredAt) is > 0 and var ticks ? clock.Since(new DateTimeOffset(ticks, TimeSpan.Zero)) : null;

    /// <summary>Whether the last turn left nothing to write.</summary>
    public bool IsIdle => Volatile.Read(ref pending) == 0;

    /// <summary>Works until <see cref="SpoolMemory.Stop"/>, writes what is left, and closes the file.</summary>
    public void Run()
    {
        Turn();
        while (memory.WaitForWork(memory.HoldingFor is null ? Tick : HoldingTick))
        {
            Turn();
        }

        do
        {
            Turn();
        }
        while (batch.Count + memory.Unwritten > 0 && memory.HoldingFor is null);

        memory.Prune(batch);
        if (batch.Count > 0)
        {
            SpoolLog.Lost(logger, batch.Count, memory.HoldingFor ?? string.Empty);
        }

        try
        {
            file?.Checkpoint();
        }
        catch (SqliteException)
        {
            // The log keeps what the file could not take; the next start reads both.
        }

        file?.Dispose();
    }

    private SpoolEntry Enter(StoredMessage message) => new(SpoolRecord.Write(++next, clock.Now, message), message);

    private void Turn()
    {
        Volatile.Write(ref pending, 1); // something may be taken
        try
        {
            file ??= Mended();
            memory.Prune(batch);
            taken.Clear();
            memory.Take(taken, BatchMessages - batch.Count, BatchBytes - batch.Sum(entry => entry.Record.Frame.Length), removals);
            batch.AddRange(taken.Select(Enter));
            if (memory.TakeRewind())
            {
                Rewind();
            }

            int aged;
            do
            {
                var old = Aged(file);
                aged = old.Count;
                if (batch.Count + removals.Count + aged > 0)
                {
                    Store(file, old);
                }
            }
            while (aged == AgedAtOnce && memory.HoldingFor is null);

            Refill(file);
            Look();
        }
        catch (SqliteException fault) when (SpoolOpening.IsDamage(fault))
        {
            damage = $"SQLite finds: {fault.Message.ReplaceLineEndings(" ")}";
            file?.Dispose();
            file = null; // mended at the next turn
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            Hold(fault.Message.ReplaceLineEndings(" "));
            memory.Room(more: false); // not before the next tick
        }

        Volatile.Write(ref pending, batch.Count + removals.Count);
        ready();
    }

    /// <summary>Writes the batch and removes what was settled; when there is no room, the oldest make way until there is.</summary>
    private void Store(ISpoolFile disk, List<long> aged)
    {
        var (victims, cause) = (new List<long>(), DropCause.Full);
        for (var attempt = 0; ; attempt++)
        {
            var mayGrow = diskHasRoom();
            try
            {
                disk.Commit([.. removals.Concat(aged).Concat(victims).Order()], [.. batch.Select(entry => entry.Record)], mayGrow);
                break;
            }
            catch (SqliteException full) when (full.SqliteErrorCode == SQLITE_FULL)
            {
                cause = mayGrow && diskHasRoom() ? DropCause.Full : DropCause.DiskFull;
                TryCheckpoint(disk);
                var more = attempt < MostAttempts ? Oldest(disk, after: victims.Concat(aged).DefaultIfEmpty(0).Max(), Math.Max(8, batch.Count) << attempt, _ => true) : [];
                if (more.Count == 0)
                {
                    GiveUp(full, aged.Count + victims.Count);
                    return;
                }

                victims.AddRange(more);
            }
            catch (SqliteException fault) when (!SpoolOpening.IsDamage(fault))
            {
                GiveUp(fault, aged.Count + victims.Count);
                return;
            }
        }

        var direct = cursor >= onDisk && memory.Room(more: false) >= batch.Count;
        if (memory.HoldingFor is not null)
        {
            SpoolLog.Takes(logger);
        }

        removals.Clear();
        memory.Committed(batch, aged.Count, cause, victims.Count);
        if (direct)
        {
            memory.Fill(batch, onDisk: true);
        }

        onDisk = disk.Mark.Last;
        cursor = direct ? onDisk : cursor;
        batch.Clear();
    }

    /// <summary>The transaction came to nothing: nobody is dropped, and the disk is tried again at the next tick.</summary>
    private void GiveUp(SqliteException fault, int withdrawn)
    {
        if (withdrawn > 0)
        {
            Rewind(); // they are still on the disk, and no longer in the window
        }

        Hold(fault.Message.ReplaceLineEndings(" "));
    }

    /// <summary>Once a second: the messages that have waited for too long.</summary>
    private List<long> Aged(ISpoolFile disk)
    {
        if (clock.Now - agesSeenAt < Tick)
        {
            return [];
        }

        var old = Oldest(disk, after: 0, AgedAtOnce, storedAt => clock.Since(storedAt) > maxAge);
        agesSeenAt = old.Count == AgedAtOnce ? agesSeenAt : clock.Now;
        return old;
    }

    /// <summary>Takes out of the window the oldest messages of the disk that nobody is sending, beyond a position.</summary>
    private List<long> Oldest(ISpoolFile disk, long after, int limit, Func<DateTimeOffset, bool> which)
    {
        var taken = new List<long>();
        while (taken.Count < limit)
        {
            var rows = disk.Oldest(after, limit);
            taken.AddRange(memory.Withdraw(rows.TakeWhile(row => which(row.StoredAt)).Select(row => row.Position), limit - taken.Count));
            if (rows.Count < limit || !which(rows[^1].StoredAt))
            {
                break;
            }

            after = rows[^1].Position;
        }

        return taken;
    }

    /// <summary>Reads from the disk what the window has room for.</summary>
    private void Refill(ISpoolFile disk)
    {
        while (cursor < onDisk && memory.Room(more: true) is > 0 and var room)
        {
            var rows = disk.Load(cursor, room);
            List<SpoolEntry> whole = [];
            foreach (var (position, frame) in rows)
            {
                if (SpoolRecord.Read(SpoolFrame.At(frame)) is { } message && SpoolRecord.Stamp(frame).Position == position)
                {
                    whole.Add(new SpoolEntry(new SpoolRecord(position, default, frame), message));
                }
                else if (!removals.Contains(position))
                {
                    SpoolLog.DamagedMessage(logger, position);
                    removals.Add(position);
                    memory.Lose(1);
                }
            }

            memory.Fill(whole, onDisk: true);
            cursor = rows.Count < room ? onDisk : rows[^1].Position;
        }

        memory.Room(more: cursor < onDisk);
    }

    /// <summary>Fills the window from the oldest message on: some of it may be wanted again.</summary>
    private void Rewind()
    {
        memory.Clear();
        cursor = 0;
    }

    /// <summary>The disk refuses: newer messages wait in memory, and go to the publisher once nothing older is on the disk.</summary>
    private void Hold(string reason)
    {
        if (memory.Hold(reason))
        {
            SpoolLog.Holds(logger, reason);
        }

        if (cursor >= onDisk && memory.Room(more: false) >= batch.Count)
        {
            memory.Fill(batch, onDisk: false); // and they stay in the batch, to be written when the disk takes it
        }
    }

    private SpoolFile Mended()
    {
        var opened = mend(damage);
        next = Math.Max(next, opened.Last);
        onDisk = opened.File.Mark.Last;
        for (var i = 0; i < batch.Count && batch[i].Position <= onDisk; i++)
        {
            batch[i] = Enter(batch[i].Message); // the damage had hidden how far positions were given
        }

        if (opened.Damage is { } found)
        {
            memory.Lose(found.Lost);
            SpoolLog.Mended(logger, found.Reason, found.Kept, found.Lost, found.SetAside);
        }

        Rewind();
        return opened.File;
    }

    private void Look()
    {
        if (file is { } disk)
        {
            Interlocked.Exchange(ref usedBytes, disk.Mark.Count > 0 ? disk.UsedBytes : 0);
            Interlocked.Exchange(ref oldestStoredAt, disk.Mark.Count > 0 && disk.Oldest(0, 1) is [var first] ? first.StoredAt.UtcTicks : 0);
        }
    }

    private static void TryCheckpoint(ISpoolFile disk)
    {
        try
        {
            disk.Checkpoint();
        }
        catch (SqliteException)
        {
            // The next commit says what is wrong.
        }
    }
}
