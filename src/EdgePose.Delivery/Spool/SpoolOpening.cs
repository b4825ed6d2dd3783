using Microsoft.Data.Sqlite;

namespace EdgePose.Delivery.Spool;

/// <summary>What a damaged file was found to be.</summary>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Kept">Messages that were found in it.</param>
/// <param name="Lost">Messages that were there and were not.</param>
/// <param name="SetAside">Where it goes when it is mended.</param>
internal sealed record SpoolDamage(string Reason, long Kept, long Lost, string SetAside);

/// <summary>A file that is open.</summary>
/// <param name="File">The file, whose <see cref="ISpoolFile.FinishOpening"/> is still to be called.</param>
/// <param name="Last">The highest position that was ever given.</param>
/// <param name="Newest">When its newest message was stored.</param>
/// <param name="Damage">What must be mended; null when nothing must.</param>
internal sealed record OpenSpool(ISpoolFile File, long Last, DateTimeOffset? Newest, SpoolDamage? Damage);

/// <summary>
/// Opens the spool's file, and writes as little as it can: the daemon waits. A damaged one is opened as a <see cref="SpoolRescue"/>. What a mending that was killed has left half done is finished
/// or cleared.
/// </summary>
internal static class SpoolOpening
{
    /// <summary>Opens the file of <paramref name="path"/>, whose lock the caller holds.</summary>
    /// <exception cref="SqliteException">The disk refuses.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static OpenSpool Open(string path, SpoolDurability durability, long maxBytes)
    {
        FinishReplacing(path);
        var log = SpoolWal.Inspect(path + "-wal");
        var reason = log.Fault ?? FaultOfHeader(path);
        if (reason is null)
        {
            SpoolFile? file = null;
            try
            {
                file = SpoolFile.Open(path, durability, maxBytes);
                (reason, var newest) = file.Verify();
                if (reason is null)
                {
                    TakeTail(file, log.Tail);
                    return new OpenSpool(file, file.Mark.Last, newest, null);
                }
            }
            catch (SqliteException fault) when (IsDamage(fault) || fault.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR) // a table that is not there
            {
                reason = $"SQLite finds: {fault.Message.ReplaceLineEndings(" ")}";
            }
            catch
            {
                file?.Dispose();
                throw;
            }

            file?.Dispose();
        }

        return Rescue(path, reason, durability, maxBytes);
    }

    /// <summary>Whether SQLite's complaint is about what is in the file, and not about the disk.</summary>
    public static bool IsDamage(SqliteException fault) =>
        fault.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_FORMAT or SQLitePCL.raw.SQLITE_CONSTRAINT;

    /// <summary>Finds what is whole of the file, which nobody has open: it can be sent at once, and is put into a new file later.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static OpenSpool Rescue(string path, string reason, SpoolDurability durability, long maxBytes)
    {
        FinishReplacing(path);
        var salvage = SpoolSalvage.Of(path);
        return new OpenSpool(
            new SpoolRescue(path, salvage, durability, maxBytes), salvage.Mark.Last, salvage.Found.Count > 0 ? salvage.Found[^1].StoredAt : null,
            new SpoolDamage(reason, salvage.Found.Count, salvage.Lost, SpoolRescue.SetAside(path)));
    }

    /// <summary>A mending that was cut short: before the damaged file was moved it begins anew, after that it goes on.</summary>
    public static void FinishReplacing(string path)
    {
        var fresh = path + ".new";
        DeleteWithLog(Making(path));
        if (File.Exists(path))
        {
            DeleteWithLog(fresh);
            return;
        }

        if (File.Exists(fresh))
        {
            if (File.Exists(path + "-wal"))
            {
                File.Move(path + "-wal", SpoolRescue.SetAside(path) + "-wal", overwrite: true); // it belongs to the damaged one, and must never meet the new one
            }

            File.Move(fresh, path);
        }
    }

    /// <summary>Where the file that takes the place of a damaged one is written.</summary>
    public static string Making(string path) => path + ".making";

    /// <summary>Deletes a file and its log.</summary>
    public static void DeleteWithLog(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
    }

    /// <summary>
    /// Whole messages after the log's last transaction are taken in: nobody has sent them yet. Whether a kill cut that transaction short or its last frame is damaged cannot be told, so what
    /// is not whole of it is not counted.
    /// </summary>
    private static void TakeTail(SpoolFile file, byte[] tail)
    {
        List<SpoolRecord> newer = [];
        for (var at = 0; at < tail.Length && SpoolFrame.Find(tail.AsSpan(at)) is >= 0 and var found; at++)
        {
            at += found;
            var frame = SpoolFrame.At(tail.AsSpan(at));
            if (SpoolRecord.Read(frame) is not null && SpoolRecord.Stamp(frame) is var (position, storedAt) && position > file.Mark.Last)
            {
                newer.Add(new SpoolRecord(position, storedAt, frame.ToArray()));
            }
        }

        if (newer.Count > 0)
        {
            file.Commit([], [.. newer.DistinctBy(record => record.Position).OrderBy(record => record.Position)], mayGrow: true);
        }
    }

    /// <summary>SQLite takes a file whose header does not say WAL for one without a log, and forgets what is in that.</summary>
    private static string? FaultOfHeader(string path)
    {
        if (Size(path) < 20)
        {
            return Size(path + "-wal") > 0 ? "it is cut off, and its write-ahead log is not" : Size(path) == 0 ? null : "it is cut off in its header";
        }

        using var file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[20];
        file.ReadExactly(header);
        return header[18] == 2 && header[19] == 2 ? null : "its header is damaged"; // file format, section 1.3: 2 stands for WAL
    }

    private static long Size(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
