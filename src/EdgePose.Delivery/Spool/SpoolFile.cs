using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Overload;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// The spool's database, used by one thread: messages by position, and the mark. Every change is one transaction that is there as a whole or not at all. Throws
/// <see cref="SqliteException"/> for whatever the disk does.
/// </summary>
internal sealed class SpoolFile : ISpoolFile
{
    /// <summary>SQLite's page. A message whose frame fits into one (see <see cref="InlineBytes"/>) is found again in a damaged file.</summary>
    public const int PageBytes = 4096;

    /// <summary>The longest frame that lies in one piece on its page: SQLite's page less 35 (file format, section 1.6), less the row's header.</summary>
    public const int InlineBytes = PageBytes - 35 - 8;

    /// <summary>The version of the file's layout.</summary>
    private const long Version = 1;

    private const int ReservePages = 32;
    private const int CheckpointPages = 64; // a quarter of a megabyte: the log stays small beside the smallest spool
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE of sqlite3.h

    /// <summary>In the order of their names, in the words that SQLite keeps.</summary>
    private const string Tables = "CREATE TABLE mark(id INTEGER PRIMARY KEY, record BLOB NOT NULL);CREATE TABLE message(position INTEGER PRIMARY KEY, record BLOB NOT NULL)";

    private static readonly string Layout = $"""
        BEGIN;
        {Tables};
        PRAGMA user_version = {Version};
        COMMIT;
        """;

    private readonly SqliteConnection connection;
    private readonly long maxPages;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand remove;
    private readonly SqliteCommand renewMark;
    private readonly SqliteCommand load;
    private readonly SqliteCommand oldest;
    private long pageLimit;

    private SpoolFile(SqliteConnection connection, long maxBytes)
    {
        this.connection = connection;
        maxPages = Math.Max(16, maxBytes / PageBytes);
        insert = Command("INSERT INTO message(position, record) VALUES ($1, $2)", 2);
        remove = Command("DELETE FROM message WHERE position BETWEEN $1 AND $2", 2);
        renewMark = Command("INSERT OR REPLACE INTO mark(id, record) VALUES (1, $1)", 1);
        load = Command("SELECT position, record FROM message WHERE position > $1 ORDER BY position LIMIT $2", 2);
        oldest = Command($"SELECT position, substr(record, 1, {SpoolRecord.StampBytes}) FROM message WHERE position > $1 ORDER BY position LIMIT $2", 2);
    }

    /// <inheritdoc/>
    public SpoolMark Mark { get; private set; } = new(0, 1, 0, 0);

    /// <inheritdoc/>
    public long UsedBytes => (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * PageBytes;

    /// <summary>Opens or makes a file.</summary>
    /// <exception cref="SqliteException">It cannot be opened, or is none.</exception>
    public static SpoolFile Open(string path, SpoolDurability durability, long maxBytes)
    {
        var connection = new SqliteConnection(ConnectionString(path));
        try
        {
            connection.Open();
            // What a failed check would have to look at stays as it is.
            raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _);
            // One process has the file, so the log's index can be in memory: no third file, and nothing of it to go wrong. See "Use of WAL Without Shared-Memory".
            Run(connection, "PRAGMA locking_mode = EXCLUSIVE");
            Run(connection, $"PRAGMA page_size = {PageBytes}");
            Run(connection, "PRAGMA journal_mode = WAL");
            Run(connection, $"PRAGMA synchronous = {(durability == SpoolDurability.Full ? "FULL" : "NORMAL")}");
            Run(connection, $"PRAGMA wal_autocheckpoint = {CheckpointPages}");
            Run(connection, "PRAGMA secure_delete = ON"); // what was delivered does not linger, for privacy and for the scan of a damaged file
            Run(connection, "PRAGMA temp_store = MEMORY");
            var file = new SpoolFile(connection, maxBytes);
            if (file.Number("PRAGMA user_version") == 0)
            {
                Run(connection, Layout); // a whole one needs no writing, so that it opens on a full disk
            }

            return file;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes a file of messages, in one transaction that writes each page once and flushes nothing: one that is cut short is made anew. It is read again in full before it is given out.
    /// </summary>
    /// <param name="path">Where no file is.</param>
    /// <param name="mark">What it will hold.</param>
    /// <param name="records">The messages, rising.</param>
    /// <exception cref="SqliteException">The disk refuses.</exception>
    /// <exception cref="IOException">What came onto the disk is not what was written.</exception>
    public static void Make(string path, SpoolMark mark, IEnumerable<SpoolRecord> records)
    {
        using var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        Run(connection, $"PRAGMA page_size = {PageBytes}");
        Run(connection, "PRAGMA synchronous = OFF");
        Run(connection, "PRAGMA journal_mode = OFF");
        Run(connection, Layout);
        using (var file = new SpoolFile(connection, long.MaxValue))
        {
            using (var transaction = connection.BeginTransaction())
            {
                (file.insert.Transaction, file.renewMark.Transaction) = (transaction, transaction);
                file.Insert(records);
                file.Renew(mark);
                transaction.Commit();
            }

            if (file.Verify().Fault is { } fault)
            {
                throw new IOException($"The mended spool {path} is damaged again: {fault}");
            }

            Run(connection, "PRAGMA locking_mode = EXCLUSIVE");
            Run(connection, "PRAGMA journal_mode = WAL"); // the header says so from now on; closing leaves no log, for it holds nothing
        }
    }

    /// <summary>Reads all of it, and takes in its mark.</summary>
    /// <returns>What is wrong with it, or null; and when its newest message was stored.</returns>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public (string? Fault, DateTimeOffset? Newest) Verify()
    {
        if (Number("PRAGMA user_version") is not Version and var version)
        {
            return ($"its format has the version {version}, and this program knows {Version}", null);
        }

        // SQLite takes a damaged description for another table: of a column whose type is misspelt, every position is null.
        using var tables = Command("SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)", 0);
        if (tables.ExecuteScalar() is not Tables)
        {
            return ("its description of its tables is damaged", null);
        }

        using var check = Command("PRAGMA quick_check(1)", 0);
        if (check.ExecuteScalar() is not "ok" and var complaint)
        {
            return ($"SQLite finds: {complaint?.ToString()?.ReplaceLineEndings(" ")}", null);
        }

        ReadMark();
        return VerifyMessages();
    }

    /// <summary>Takes in the mark.</summary>
    public void ReadMark()
    {
        using var mark = Command("SELECT record FROM mark WHERE id = 1", 0);
        Mark = mark.ExecuteScalar() is byte[] bytes ? SpoolMark.Read(SpoolFrame.At(bytes)) ?? Mark : Mark;
    }

    /// <inheritdoc/>
    public ISpoolFile FinishOpening(bool mayGrow)
    {
        if (mayGrow)
        {
            Reserve();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<long> removed, IReadOnlyList<SpoolRecord> added, bool mayGrow, DropCounts? dropped = null)
    {
        Limit(mayGrow ? maxPages : Number("PRAGMA page_count"));
        using var transaction = connection.BeginTransaction();
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[insert, remove, renewMark])
        {
            command.Transaction = transaction;
        }

        var gone = Remove(removed);
        Insert(added);
        var last = added.Count > 0 ? added[^1].Position : Mark.Last;
        var first = Number("SELECT ifnull(min(position), " + (last + 1) + ") FROM message", transaction);
        var mark = new SpoolMark(Mark.Generation + 1, first, last, Mark.Count - gone + added.Count, dropped ?? Mark.Dropped);
        Renew(mark);
        transaction.Commit();
        Mark = mark;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long Position, byte[] Frame)> Load(long after, int limit) => Rows(load, after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<(long Position, DateTimeOffset StoredAt)> Oldest(long after, int limit) =>
        [.. Rows(oldest, after, limit).Select(row => (row.Position, row.Frame.Length < SpoolRecord.StampBytes ? DateTimeOffset.MinValue : SpoolRecord.Stamp(row.Frame).StoredAt))];

    /// <inheritdoc/>
    public void Checkpoint() => Run(connection, "PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>Moves all of the log into the file and cuts it to nothing.</summary>
    /// <exception cref="IOException">It could not be moved.</exception>
    public void EmptyLog()
    {
        if (Number("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
        {
            throw new IOException("The write-ahead log could not be moved into the file.");
        }
    }

    /// <summary>Closes the file as it is; the log stays beside it, with the room that it has on the disk.</summary>
    public void Dispose() => connection.Dispose();

    private static string ConnectionString(string path) => new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ConnectionString;

    private static List<(long Position, byte[] Frame)> Rows(SqliteCommand command, long after, int limit)
    {
        command.Parameters[0].Value = after;
        command.Parameters[1].Value = limit;
        using var rows = command.ExecuteReader();
        var list = new List<(long, byte[])>(limit);
        while (rows.Read())
        {
            list.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        }

        return list;
    }

    /// <summary>
    /// Makes sure that the log and the file have some room of their own, by writing as much and removing it again: with that, old messages can be removed and newer ones take their place when
    /// others have filled the disk to the last byte.
    /// </summary>
    private void Reserve()
    {
        if (Number("PRAGMA freelist_count") < ReservePages || !(new FileInfo(connection.DataSource + "-wal") is { Exists: true, Length: > ReservePages * PageBytes }))
        {
            Run(connection, $"INSERT OR REPLACE INTO mark(id, record) VALUES (2, zeroblob({ReservePages * PageBytes}))");
            Run(connection, "DELETE FROM mark WHERE id = 2");
            Checkpoint();
        }
    }

    /// <summary>Reads every message where SQLite has it, and makes none: a full spool has tens of thousands, and the daemon waits for this at its start.</summary>
    private (string? Fault, DateTimeOffset? Newest) VerifyMessages()
    {
        var (count, first, last) = (0L, Mark.Last + 1, 0L);
        DateTimeOffset? newest = null;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle, "SELECT position, record FROM message ORDER BY position", out var rows), connection.Handle);
        using (rows)
        {
            int step;
            while ((step = raw.sqlite3_step(rows)) == raw.SQLITE_ROW)
            {
                var row = raw.sqlite3_column_int64(rows, 0);
                var frame = raw.sqlite3_column_blob(rows, 1);
                var (position, storedAt) = frame.Length < SpoolRecord.StampBytes ? (-1, default) : SpoolRecord.Stamp(frame);
                if (position != row || !SpoolRecord.IsMessage(SpoolFrame.At(frame)))
                {
                    return ($"the message at position {row} is damaged", null);
                }

                (first, last, newest) = (count == 0 ? position : first, position, storedAt);
                count++;
            }

            SqliteException.ThrowExceptionForRC(step, connection.Handle);
        }

        return (count == Mark.Count && first == Mark.First && last <= Mark.Last ? null : "its messages are not those that its mark tells of", newest);
    }

    private void Insert(IEnumerable<SpoolRecord> records)
    {
        foreach (var record in records)
        {
            insert.Parameters[0].Value = record.Position;
            insert.Parameters[1].Value = record.Frame;
            insert.ExecuteNonQuery();
        }
    }

    private void Renew(SpoolMark mark)
    {
        renewMark.Parameters[0].Value = mark.Write();
        renewMark.ExecuteNonQuery();
    }

    /// <summary>Removes positions, which are sorted: each run of neighbours at once.</summary>
    private long Remove(IReadOnlyList<long> removed)
    {
        var gone = 0L;
        for (var i = 0; i < removed.Count;)
        {
            var end = i;
            while (end + 1 < removed.Count && removed[end + 1] == removed[end] + 1)
            {
                end++;
            }

            remove.Parameters[0].Value = removed[i];
            remove.Parameters[1].Value = removed[end];
            gone += remove.ExecuteNonQuery();
            i = end + 1;
        }

        return gone;
    }

    private void Limit(long pages)
    {
        if (pages != pageLimit)
        {
            pageLimit = pages;
            Run(connection, $"PRAGMA max_page_count = {pages}");
        }
    }

    private long Number(string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteCommand Command(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        return command;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
