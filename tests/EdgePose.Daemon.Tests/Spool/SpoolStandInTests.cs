using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A spool that cannot be opened at first, for real reasons.</summary>
public sealed class SpoolStandInTests : IDisposable
{
    private readonly SpoolFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_spool_that_another_process_has_locked_takes_over_when_the_lock_goes_and_every_event_comes_once_in_order()
    {
        using (var before = folder.Open())
        {
            Append(before, 0, 50);
        }

        using var other = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        other.Open();
        Run(other, "BEGIN EXCLUSIVE");
        List<int> sent = [];
        using (var store = Open(folder.File))
        {
            Assert.Equal(StoreMedium.Memory, store.Status.Medium);
            Assert.Contains("is tried again every 10 s", store.Status.Fault, StringComparison.Ordinal);
            Append(store, 50, 1000);
            Lease[] inFlight = [.. Enumerable.Range(0, 10).Select(_ => store.TryLease()!.Value)];
            Assert.Equal(Enumerable.Range(50, 10), inFlight.Select(lease => SpoolFolder.NumberOf(lease.Message)));
            Run(other, "ROLLBACK");
            other.Close();
            Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Holding), $"{store.Status}");
            Assert.Null(store.TryLease()); // before those that are in flight have ended
            Assert.Equal(1050, store.Count);
            foreach (var lease in inFlight)
            {
                store.Acknowledge(lease.Position);
            }

            sent.AddRange(SpoolFolder.Drain(store, 500).Select(SpoolFolder.NumberOf));
            Append(store, 1050, 10);
            Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Disk), $"{store.Status}");
            Append(store, 1060, 10);
            Assert.Equal((string.Empty, 0), (store.Status.Fault, store.Status.Dropped.Total));
        }

        using var after = folder.Open();
        sent.AddRange(SpoolFolder.Drain(after, after.Count).Select(SpoolFolder.NumberOf));
        Assert.Equal([.. Enumerable.Range(0, 50), .. Enumerable.Range(60, 1010)], sent);
    }

    [Fact]
    public void More_than_the_hand_over_holds_moves_into_the_spool_without_a_drop_when_its_folder_can_be_made()
    {
        var blocked = Path.Combine(Path.GetDirectoryName(folder.File)!, "state");
        File.WriteAllText(blocked, "where the folder should be");
        var path = Path.Combine(blocked, "spool.db");
        const int posted = 9000; // and it holds 8192
        using (var store = Open(path))
        {
            Append(store, 0, posted, bytes: 100);
            File.Delete(blocked);
            Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Disk, seconds: 60), $"{store.Status}");
            Assert.Equal((posted, 0), (store.Count, store.Status.Dropped.Total));
        }

        using var after = SpoolEventStore.Open(path, new SpoolConfig(), inFlight: 1000, TimeProvider.System, NullLogger.Instance);
        Assert.Equal(Enumerable.Range(0, posted), SpoolFolder.Drain(after, posted).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void Events_in_flight_that_come_back_and_those_of_a_topic_that_the_broker_refuses_move_too_in_order()
    {
        var blocked = Path.Combine(Path.GetDirectoryName(folder.File)!, "state");
        File.WriteAllText(blocked, "where the folder should be");
        using var store = Open(Path.Combine(blocked, "spool.db"));
        for (var number = 0; number < 10; number++)
        {
            store.Append(SpoolFolder.Message(number, number % 2 == 0 ? "even" : "odd"));
        }

        store.Park(store.TryLease()!.Value.Position);
        Assert.Equal(1, SpoolFolder.NumberOf(store.TryLease()!.Value.Message));
        File.Delete(blocked);
        Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Holding), $"{store.Status}");
        store.ReturnLeases();
        Assert.Equal(Enumerable.Range(0, 10), SpoolFolder.Drain(store, 10).Select(SpoolFolder.NumberOf));
        Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Disk), $"{store.Status}");
    }

    private static IEventStore Open(string path) =>
        EventStores.Open(new EdgePoseConfig { Spool = new SpoolConfig { Path = path }, Mqtt = new MqttConfig { InFlight = 1000 } }, TimeProvider.System, NullLogger.Instance, TimeSpan.FromMilliseconds(50));

    private static void Append(IEventStore store, int first, int count, int bytes = 1000)
    {
        for (var number = first; number < first + count; number++)
        {
            store.Append(SpoolFolder.Message(number, bytes: bytes));
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
