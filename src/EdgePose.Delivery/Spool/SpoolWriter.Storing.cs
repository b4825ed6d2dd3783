using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace EdgePose.Delivery.Spool;

/// <summary>Between the disk and the window: what is written, what makes way, and what is read again.</summary>
internal sealed partial class SpoolWriter
{
    /// <summary>Writes the batch and removes what was settled; when there is no room, the oldest make way, and the batch goes in parts.</summary>
    private void Store(ISpoolFile disk, List<long> aged)
    {
        var (victims, cause, part, strayed) = (new List<long>(), DropCause.Full, batch.Count, false);
        for (var attempt = 0; ; attempt++)
        {
            var left = room();
            var counted = dropped.With(DropCause.Aged, aged.Count).With(cause, victims.Count);
            try
            {
                disk.Commit([.. removals.Concat(aged).Concat(victims).Order()], [.. batch.Take(part).Select(entry => entry.Record)], mayGrow: left != DiskRoom.None, counted);
                dropped = counted;
                Stored(disk, part, aged.Count, cause, victims.Count, strayed);
                if (left == DiskRoom.Tight)
                {
                    TryCheckpoint(disk); // what the file has grown by is its own before others take it
                }

                return;
            }
            catch (SqliteException fault) when (!SpoolOpening.IsDamage(fault))
            {
                strayed |= victims.Count > 0;
                if (fault.SqliteErrorCode == SQLITE_FULL && attempt < MostAttempts)
                {
                    TryCheckpoint(disk);
                    cause = left != DiskRoom.None && room() != DiskRoom.None ? DropCause.Full : DropCause.DiskFull;
                    (part, var asked) = Less(attempt, part, cause);
                    victims = Oldest(disk, aged.DefaultIfEmpty(0).Max(), asked, _ => true);
                    if (asked == 0 || victims.Count > 0)
                    {
                        continue;
                    }
                }

                GiveUp(fault, withdrawn: strayed || aged.Count > 0);
                return;
            }
        }
    }

    /// <summary>
    /// What to try next: how much of the batch, and how many of the oldest make way. At its own limit the file lacks pages, so ever more make way. On a full disk the log may have no room for a
    /// large transaction either: ever smaller parts, each first without anybody making way.
    /// </summary>
    private (int Part, int Victims) Less(int attempt, int part, DropCause cause) => (batch.Count, cause) switch
    {
        (0, _) => (0, 0), // nothing newer is there to make way for
        (_, DropCause.Full) => (part, Math.Max(8, part) << attempt),
        _ => attempt % 2 == 0 ? (Math.Max(1, part / 4), 0) : (part, Math.Max(8, part + 4)),
    };

    private void Stored(ISpoolFile disk, int part, int aged, DropCause cause, int victims, bool mustRewind)
    {
        TellOfTaking();
        var stored = batch.GetRange(0, part);
        batch.RemoveRange(0, part);
        removals.Clear();
        memory.Committed(stored, aged, cause, victims);
        var direct = cursor >= onDisk && memory.Room(more: false) >= part;
        onDisk = disk.Mark.Last;
        if (mustRewind)
        {
            Rewind(); // an attempt before has taken more out of the window than was dropped in the end
        }
        else if (direct)
        {
            memory.Fill(stored, onDisk: true);
            cursor = onDisk;
        }
    }

    private void TellOfTaking()
    {
        if (memory.HoldingFor is not null)
        {
            SpoolLog.Takes(logger);
        }
    }

    /// <summary>The transaction came to nothing: nobody is dropped, and the disk is tried again at the next tick.</summary>
    private void GiveUp(SqliteException fault, bool withdrawn)
    {
        if (withdrawn)
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

        var old = Oldest(disk, after: 0, AgedAtOnce, storedAt => clock.IsOlder(storedAt, maxAge));
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
            Reached();
        }

        Reached();
        memory.Room(more: cursor < onDisk);
    }

    private void Reached() => memory.Reached(cursor < onDisk ? cursor : long.MaxValue);

    /// <summary>Fills the window from the oldest message on: some of it may be wanted again.</summary>
    private void Rewind()
    {
        memory.Rewind();
        cursor = 0;
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
