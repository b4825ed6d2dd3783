using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// The one thread that has the spool's file. Each turn writes what has come since the last and removes what was settled, in one transaction, and refills the
/// publisher's window. What the disk refuses stays in memory and is tried again.
/// </summary>
internal sealed partial class SpoolWriter
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HoldingTick = TimeSpan.FromMilliseconds(200);
    private const int BatchMessages = 128;
    private const int BatchBytes = 64 * 1024; // about what one transaction adds to the log, which the margin of SpoolRoom counts with
    private const int AgedAtOnce = 256;
    private const int MostAttempts = 8; // at the file's own limit, the victims of the last are 128 times those of the first

    private readonly SpoolMemory memory;
    private readonly Func<string, OpenSpool> rescue;
    private readonly Func<DiskRoom> room;
    private readonly SpoolClock clock;
    private readonly TimeSpan maxAge;
    private readonly Action ready;
    private readonly ILogger logger;
    private readonly List<StoredMessage> taken = [];
    private readonly List<SpoolEntry> batch = [];
    private readonly List<long> removals = [];
    private ISpoolFile? file;
    private SpoolDamage? found;
    private string damage = string.Empty;
    private bool isOpening = true;
    private long next;
    private long cursor;
    private long onDisk;
    private DateTimeOffset agesSeenAt;
    private long usedBytes;
    private long oldestStoredAt;
    private int pending = 1;
    private DropCounts dropped; // of which the turn's transactions tell

    /// <summary>Makes a writer.</summary>
    /// <param name="opened">The open file, the writer's own from now on.</param>
    /// <param name="memory">What it shares with the pipeline and the publisher.</param>
    /// <param name="rescue">Opens a damaged file that is closed; told the reason.</param>
    /// <param name="room">Whether the file may grow as far as the disk is concerned.</param>
    /// <param name="clock">What ages are measured by.</param>
    /// <param name="maxAge">How long a message may wait.</param>
    /// <param name="ready">Called when the window has something new.</param>
    /// <param name="logger">Where faults are told.</param>
    public SpoolWriter(
        OpenSpool opened, SpoolMemory memory, Func<string, OpenSpool> rescue, Func<DiskRoom> room, SpoolClock clock, TimeSpan maxAge, Action ready, ILogger logger)
    {
        (this.memory, this.rescue, this.room, this.clock, this.maxAge, this.ready, this.logger) = (memory, rescue, room, clock, maxAge, ready, logger);
        (file, found) = (opened.File, opened.Damage);
        (next, onDisk) = (opened.Last, opened.File.Mark.Last);
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
        if (batch.Count + memory.OnTheirWay is > 0 and var lost)
        {
            SpoolLog.Lost(logger, lost, memory.HoldingFor ?? string.Empty);
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
            file ??= Rescued();
            memory.Prune(batch);
            taken.Clear();
            dropped = memory.Take(taken, BatchMessages - batch.Count, BatchBytes - batch.Sum(entry => entry.Record.Frame.Length), removals);
            batch.AddRange(taken.Select(Enter));
            if (isOpening)
            {
                file = FinishOpening(file);
            }

            int aged;
            do
            {
                var old = Aged(file);
                aged = old.Count;
                if (batch.Count + removals.Count + aged > 0 || dropped != file.Mark.Dropped)
                {
                    Store(file, old);
                }
            }
            while ((aged == AgedAtOnce || batch.Count > 0) && memory.HoldingFor is null);

            if (memory.MustRewind)
            {
                Rewind();
            }

            Refill(file);
            Look();
        }
        catch (SqliteException fault) when (SpoolOpening.IsDamage(fault))
        {
            damage = $"SQLite finds: {fault.Message.ReplaceLineEndings(" ")}";
            file?.Dispose();
            file = null; // rescued at the next turn
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            Hold(fault.Message.ReplaceLineEndings(" "));
            memory.Room(more: false); // not before the next tick
        }

        Volatile.Write(ref pending, batch.Count + removals.Count + (isOpening ? 1 : 0));
        ready();
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

    /// <summary>What is in a file goes to the publisher before anything is written: that may take seconds where it was damaged, and the events wait already.</summary>
    private ISpoolFile FinishOpening(ISpoolFile opened)
    {
        Refill(opened);
        Look();
        ready();
        var finished = opened.FinishOpening(mayGrow: room() != DiskRoom.None);
        if (finished != opened)
        {
            opened.Dispose();
        }

        if (found is { } mended)
        {
            SpoolLog.Mended(logger, mended.Reason, mended.Kept, mended.Lost, mended.SetAside);
        }

        (isOpening, found) = (false, null);
        TellOfTaking();
        memory.Release();
        return finished;
    }

    private ISpoolFile Rescued()
    {
        var opened = rescue(damage);
        next = Math.Max(next, opened.Last);
        onDisk = opened.File.Mark.Last;
        for (var i = 0; i < batch.Count && batch[i].Position <= onDisk; i++)
        {
            batch[i] = Enter(batch[i].Message); // the damage had hidden how far positions were given
        }

        (isOpening, found) = (true, opened.Damage);
        memory.Lose(found?.Lost ?? 0);
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
}
