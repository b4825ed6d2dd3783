using System.IO.Compression;
using EdgePose.Delivery.Spool;
using Microsoft.Data.Sqlite;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>
/// Files of format version 1 in the folder Legacy, as its last version wrote them: messages 0 to 29, of which 0 to 9 and 12 were delivered and 10 was refused ("whole"); then 30 to 39 were stored, 11
/// was delivered, and the process was killed ("killed", with its write-ahead log).
/// </summary>
public sealed class LegacySpoolTests : IDisposable
{
    private static readonly int[] Whole = [11, .. Enumerable.Range(13, 17)];
    private static readonly int[] Killed = [.. Enumerable.Range(13, 27)];

    private readonly SpoolFolder folder = new();
    private readonly GatedDisk disk;

    public LegacySpoolTests() => disk = new GatedDisk(folder);

    private string Legacy => folder.Folder + ".db";

    private SpoolOptions Options => disk.Options() with { LegacyFile = Legacy, MaxAge = TimeSpan.FromDays(36_500) };

    public void Dispose()
    {
        disk.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void What_waits_in_a_file_of_version_1_is_taken_over_in_order_with_ids_and_counts()
    {
        Restore("whole");
        using (var store = folder.Open(Options))
        {
            Assert.Equal((Whole.Length, 0, 1), (store.Count, store.Status.Dropped.Total, store.Status.DroppedBefore));
            SpoolFolder.Append(store, 30, 5);
            var messages = SpoolFolder.Drain(store, Whole.Length + 5);
            Assert.Equal([.. Whole, .. Enumerable.Range(30, 5)], messages.Select(SpoolFolder.NumberOf));
            Assert.Equal(SpoolFolder.Message(20, "edgepose/v1/site/device/hall/track", 10_000).Payload, messages.Single(message => SpoolFolder.NumberOf(message) == 20).Payload);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(11), messages[0].At);
        }

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Legacy)!, "spool.db*"));
    }

    [Fact]
    public void The_log_that_a_kill_left_beside_it_is_taken_over_too()
    {
        Restore("killed");
        using var store = folder.Open(Options);
        Assert.Equal(Killed, SpoolFolder.DrainNumbers(store, Killed.Length));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Legacy)!, "spool.db*"));
    }

    [Fact]
    public void A_takeover_that_is_interrupted_at_any_write_neither_loses_nor_doubles()
    {
        for (var writes = 0; ; writes++)
        {
            using var once = new SpoolFolder();
            using var failing = new GatedDisk(once) { WritesLeft = writes };
            var options = Options with { Folder = once.Folder, Disk = failing, RetryPause = TimeSpan.FromDays(1) };
            Restore("killed");
            bool isThrough;
            using (var store = new SpoolEventStore(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
            {
                isThrough = store.Status.Medium != StoreMedium.Memory;
            }

            Restore("killed"); // as if the kill had come before the file was deleted
            using (var store = new SpoolEventStore(options with { Disk = new SpoolDisk() }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
            {
                Assert.Equal((Killed.Length, 1), (store.Count, store.Status.DroppedBefore));
                Assert.Equal(Killed, SpoolFolder.DrainNumbers(store, Killed.Length));
            }

            if (isThrough)
            {
                Assert.True(writes > 1);
                return;
            }
        }
    }

    [Fact]
    public void A_mending_of_version_1_that_was_killed_between_its_renames_is_completed()
    {
        Restore("killed");
        Restore("whole", Legacy + ".new");
        File.Delete(Legacy);
        using var store = folder.Open(Options);
        Assert.Equal(Whole, SpoolFolder.DrainNumbers(store, Whole.Length));
    }

    [Fact]
    public void What_came_while_an_earlier_version_ran_again_is_taken_over_behind_what_waits()
    {
        using (var store = folder.Open(Options))
        {
            SpoolFolder.Append(store, 100, 5);
        }

        Restore("whole");
        using var again = folder.Open(Options);
        Assert.Equal([.. Enumerable.Range(100, 5), .. Whole], SpoolFolder.DrainNumbers(again, 5 + Whole.Length));
    }

    [Fact]
    public void A_file_of_a_newer_version_is_left_as_it_is()
    {
        Restore("whole");
        using (var connection = new SqliteConnection($"Data Source={Legacy};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 2; ALTER TABLE message ADD COLUMN priority INTEGER; PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        var bytes = File.ReadAllBytes(Legacy);
        using (var store = folder.Open(Options))
        {
            SpoolFolder.Append(store, 100, 5);
            Assert.Equal(Enumerable.Range(100, 5), SpoolFolder.DrainNumbers(store, 5));
            Assert.Contains($"a newer version of EdgePose wrote {Legacy} (format 2; this one reads up to 1)", store.Status.Fault, StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(Legacy));
    }

    [Fact]
    public void Of_a_damaged_file_what_is_whole_is_taken_over_and_the_rest_is_counted_and_kept()
    {
        Restore("whole");
        var bytes = File.ReadAllBytes(Legacy);
        bytes[bytes.AsSpan().IndexOf(SpoolFolder.Message(25, bytes: 300).Payload)] ^= 1;
        File.WriteAllBytes(Legacy, bytes);
        using (var store = folder.Open(Options))
        {
            Assert.Equal(1, store.Status.Dropped.Corrupt);
            Assert.Equal(Whole.Where(number => number != 25), SpoolFolder.DrainNumbers(store, Whole.Length - 1));
        }

        Assert.Equal(bytes, File.ReadAllBytes(Legacy + ".damaged"));
        File.WriteAllBytes(Legacy, new byte[5000]);
        using var other = folder.Open(Options);
        Assert.Equal((StoreMedium.Disk, 0), (other.Status.Medium, other.Count));
        Assert.False(File.Exists(Legacy));
    }

    private void Restore(string name) => Restore(name, Legacy);

    private static void Restore(string name, string path)
    {
        foreach (var suffix in (string[])["", "-wal"])
        {
            File.Delete(path + suffix);
            var packed = Path.Combine(AppContext.BaseDirectory, "Spool", "Legacy", $"{name}.db{suffix}.gz");
            if (File.Exists(packed))
            {
                using var from = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
                using var to = File.Create(path + suffix);
                from.CopyTo(to);
            }
        }
    }
}
