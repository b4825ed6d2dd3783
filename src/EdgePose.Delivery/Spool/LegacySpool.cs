using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// Takes over what waits in the SQLite file of format version 1. Its tables hold records: magic (7 bytes), kind (1), length (4), CRC-32C of the rest (4), body. Body of an event: position, time of
/// storing (ms, Unix), time of the event (100 ns since year 1), 8 each; lengths of id, topic and type, 2 each; these three; payload. Body of the mark: generation, lowest and highest position, number
/// of events, six drop counts, 8 each.
/// </summary>
internal static class LegacySpool
{
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE of sqlite3.h
    private const int HeaderBytes = 16;
    private const int FixedBytes = 30;
    private const int AtOnce = 128;

    /// <summary>Moves the events of a file to the log and deletes the file. A takeover that was interrupted is completed: an event that the log has already is recognised by its id.</summary>
    /// <returns>Events that the file should hold and that are damaged.</returns>
    /// <exception cref="SpoolVersionException">A newer version wrote the file, which is left as it is.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static long TakeOver(SpoolLog log, string? path, ILogger logger)
    {
        if (path is not null && !File.Exists(path) && File.Exists(path + ".new"))
        {
            File.Delete(path + "-wal"); // a kill between two renames of version 1: the log is that of a damaged file, which the new one replaces
            File.Move(path + ".new", path);
        }

        if (path is null || !File.Exists(path))
        {
            return 0;
        }

        var (moved, lost) = (0, 0L);
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 }.ConnectionString);
            connection.Open();
            raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _); // reading must not change it: a newer version may have written it
            _ = Rows(connection, "PRAGMA locking_mode = EXCLUSIVE").First();
            if ((long)Rows(connection, "PRAGMA user_version").First() is > 1 and var version)
            {
                throw new SpoolVersionException(path, version, 1);
            }

            (moved, lost) = Move(log, connection);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR)
        {
            lost = 1; // at least
        }

        log.Sync();
        SpoolMessages.TakenOver(logger, moved, path, lost);
        foreach (var file in ((string[])["", "-wal", ".lock", ".pid"]).Select(suffix => path + suffix).Where(File.Exists))
        {
            if (lost > 0)
            {
                File.Move(file, path + ".damaged" + file[path.Length..], overwrite: true);
            }

            File.Delete(file);
        }

        return lost;
    }

    private static (int Moved, long Lost) Move(SpoolLog log, SqliteConnection connection)
    {
        HashSet<string> known = [];
        for (var after = long.MinValue; log.Read(after, AtOnce, []) is [.., var end] some; after = end.Position)
        {
            known.UnionWith(some.Select(entry => entry.Message.Id));
        }

        var mark = Rows(connection, "SELECT record FROM mark WHERE id = 1").Select(row => Body((byte[])row, kind: 2)).FirstOrDefault() ?? [];
        long Number(int index) => mark.Length < (index + 1) * sizeof(long) ? 0 : BinaryPrimitives.ReadInt64LittleEndian(mark.AsSpan(index * sizeof(long)));
        var dropped = log.Dropped.AtLeast(new DropCounts(Number(4), Number(5), Number(6), Number(7), Number(8), Number(9)));
        var (read, moved) = (0, 0);
        foreach (var bodies in Rows(connection, "SELECT record FROM message ORDER BY position").Select(row => Body((byte[])row, kind: 1)).Where(body => body.Length >= FixedBytes).Chunk(AtOnce).DefaultIfEmpty([]))
        {
            SpoolEvent[] events = [.. bodies.Select((body, index) => Event(log.Last + index + 1, body)).Where(entry => !known.Contains(entry.Message.Id))];
            log.Append(events, [], dropped);
            (read, moved) = (read + bodies.Length, moved + events.Length);
        }

        return (moved, Math.Max(0, Number(3) - read));
    }

    private static IEnumerable<object> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return reader.GetValue(0);
        }
    }

    private static SpoolEvent Event(long position, ReadOnlySpan<byte> body)
    {
        var (id, topic, type) = (BinaryPrimitives.ReadUInt16LittleEndian(body[24..]), BinaryPrimitives.ReadUInt16LittleEndian(body[26..]), BinaryPrimitives.ReadUInt16LittleEndian(body[28..]));
        var rest = body[FixedBytes..];
        return new SpoolEvent(position, SpoolRecord.StoredAt(body[8..]), new StoredMessage(
            Encoding.UTF8.GetString(rest[..id]), Encoding.UTF8.GetString(rest.Slice(id, topic)), Encoding.UTF8.GetString(rest.Slice(id + topic, type)),
            new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(body[16..]), TimeSpan.Zero), rest[(id + topic + type)..].ToArray()));
    }

    /// <summary>The body of a whole record; empty when it is damaged.</summary>
    private static byte[] Body(byte[] record, int kind) =>
        record.Length > HeaderBytes && record.AsSpan().StartsWith("EPspool"u8) && record[7] == kind
        && BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12)) == SpoolRecord.Checksum([.. record[..12], .. record[HeaderBytes..]]) ? record[HeaderBytes..] : [];
}
