using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolEventStoreTests : IDisposable
{
    private readonly SpoolFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restart_keeps_order_ids_and_content(bool syncsEachWrite)
    {
        var config = folder.Options() with { SyncsEachWrite = syncsEachWrite };
        using (var store = folder.Open(config))
        {
            Append(store, 0, 1000);
            Assert.Equal(300, SpoolFolder.Drain(store, 300).Count);
        }

        using (var store = folder.Open(config))
        {
            Assert.Equal(700, store.Count);
            Append(store, 1000, 100);
            var messages = SpoolFolder.Drain(store, 800);
            Assert.Equal(Enumerable.Range(300, 800), messages.Select(SpoolFolder.NumberOf));
            Assert.All(messages, message => Assert.Equal(SpoolFolder.Message(SpoolFolder.NumberOf(message)).Payload, message.Payload));
        }

        using var empty = folder.Open(config);
        Assert.Equal(0, empty.Count);
        Assert.Null(empty.Status.OldestAge);
    }

    [Fact]
    public void Nothing_is_leased_before_it_is_on_the_disk()
    {
        using var disk = new GatedDisk(folder);
        using var store = disk.Open();
        disk.Gate.Reset();
        Append(store, 0, 10);
        Assert.True(disk.Waiting.Wait(TimeSpan.FromSeconds(10)));
        Assert.Null(store.TryLease());
        disk.Gate.Set();
        Assert.Equal(10, SpoolFolder.Drain(store, 10).Count);
    }

    [Fact]
    public void A_disk_that_hangs_blocks_neither_pipeline_nor_publisher_and_what_overflows_is_counted()
    {
        using var disk = new GatedDisk(folder);
        using var store = disk.Open();
        Append(store, 0, 3);
        Assert.True(Wait.Until(() => Written(store)));
        disk.Gate.Reset();
        Append(store, 3, 20_000); // would take forever if one of them waited
        Assert.NotNull(store.TryLease());
        Assert.True(store.Status.Dropped.DiskSlow > 10_000);
        disk.Gate.Set();
        var left = store.Count;
        Assert.Equal(20_003, left + store.Status.Dropped.Total);
        store.ReturnLeases();
        var numbers = SpoolFolder.Drain(store, left).Select(SpoolFolder.NumberOf).ToArray();
        Assert.Equal(left, numbers.Length);
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal(20_002, numbers[^1]);
    }

    [Fact]
    public void A_full_spool_drops_the_oldest_counts_each_and_stays_within_its_bytes()
    {
        using var store = folder.Open(folder.Options(inFlight: 32) with { MaxBytes = 1_000_000 });
        for (var number = 0; number < 5000; number += 100)
        {
            Append(store, number, 100);
            Assert.True(Wait.Until(() => store.Status.Bytes > 0));
        }

        Assert.True(Wait.Until(() => store.Status.Dropped.Full > 3000 && Written(store)));
        var status = store.Status;
        Assert.Equal(5000, status.Count + status.Dropped.Full);
        Assert.Equal(status.Dropped.Full, status.Dropped.Total);
        Assert.InRange(status.Count, 400, 800);
        Assert.InRange(folder.Files.Sum(file => new FileInfo(file).Length), 0, 1_000_000);
        Assert.Equal(Enumerable.Range(5000 - status.Count, status.Count), SpoolFolder.Drain(store, status.Count).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void What_was_dropped_is_told_after_a_restart_and_after_a_kill()
    {
        long dropped;
        using (var store = folder.Open(folder.Options() with { MaxBytes = 1_000_000 }))
        {
            Append(store, 0, 2000);
            Assert.True(Wait.Until(() => Written(store)));
            dropped = store.Status.Dropped.Full;
            Assert.True(dropped > 0);
            Assert.Equal(0, store.Status.DroppedBefore);
        }

        using (var store = folder.Open())
        {
            Assert.Equal((dropped, 0), (store.Status.DroppedBefore, store.Status.Dropped.Total));
            Assert.True(Wait.Until(() => store.Count > 0 && store.TryLease() is { } lease && Discard(store, lease))); // and nothing else that would have to be written
            Assert.True(Wait.Until(() =>
            {
                using var killed = folder.Copy();
                using var left = new SpoolLog(killed.Options());
                return left.Dropped == new DropCounts(dropped, 0, 0, 0, 0, 1);
            }));
        }

        using var last = folder.Open();
        Assert.Equal(dropped + 1, last.Status.DroppedBefore);
    }

    [Fact]
    public void What_waited_too_long_is_dropped_and_counted_also_over_a_restart()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        var config = folder.Options() with { MaxAge = TimeSpan.FromHours(2) };
        using (var store = folder.Open(config, time: time))
        {
            Append(store, 0, 400);
            Assert.True(Wait.Until(() => Written(store)));
            time.Advance(TimeSpan.FromHours(1.5));
            Append(store, 400, 10);
            Assert.True(Wait.Until(() => store.Status.OldestAge?.TotalHours > 1.4));
            Assert.True(Wait.Until(() => Written(store)));
        }

        time.Advance(TimeSpan.FromHours(1));
        using (var store = folder.Open(config, time: time))
        {
            time.Advance(SpoolClock.Settling);
            Assert.True(Wait.Until(() => store.Count == 10), $"{store.Status}");
            Assert.Equal(400, store.Status.Dropped.Aged);
            Assert.Equal(Enumerable.Range(400, 10), SpoolFolder.Drain(store, 10).Select(SpoolFolder.NumberOf));
        }
    }

    [Fact]
    public void What_may_arrive_twice_after_a_kill_is_never_more_than_the_window()
    {
        using var disk = new GatedDisk(folder);
        using var store = disk.Open(inFlight: 32);
        Append(store, 0, 200);
        Assert.True(Wait.Until(() => Written(store)));
        disk.Gate.Reset(); // from now on no removal reaches the disk
        var sent = 0;
        Assert.True(Wait.Until(() =>
        {
            while (store.TryLease() is { } lease)
            {
                sent++;
                store.Acknowledge(lease.Position);
            }

            return disk.Waiting.IsSet && sent >= 32;
        }));
        Assert.Null(store.TryLease());
        Assert.Equal(32, sent);
        disk.Gate.Set();
    }

    [Fact]
    public void A_parked_topic_waits_in_order_while_others_go_on_and_is_taken_up_from_its_oldest()
    {
        using var store = folder.Open();
        for (var number = 0; number < 2000; number++)
        {
            store.Append(SpoolFolder.Message(number, number % 2 == 0 ? "even" : "odd"));
        }

        Assert.True(Wait.Until(() => Written(store)));
        var first = store.TryLease()!.Value;
        Assert.Equal("even", first.Message.Topic);
        store.Park(first.Position);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (2 * i) + 1), SpoolFolder.Drain(store, 1000).Select(SpoolFolder.NumberOf));
        Assert.Null(store.TryLease());
        Assert.Equal(1000, store.Count);
        store.Unpark("even");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2 * i), SpoolFolder.Drain(store, 1000).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void Leases_that_come_back_are_given_again_in_order()
    {
        using var store = folder.Open();
        Append(store, 0, 50);
        Assert.True(Wait.Until(() => Written(store)));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i, SpoolFolder.NumberOf(store.TryLease()!.Value.Message));
        }

        store.ReturnLeases();
        Assert.Equal(Enumerable.Range(0, 50), SpoolFolder.Drain(store, 50).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void A_long_message_is_kept_and_one_beyond_the_limit_is_counted()
    {
        using (var store = folder.Open())
        {
            store.Append(SpoolFolder.Message(1, bytes: 100_000));
            store.Append(SpoolFolder.Message(2, bytes: 200_000));
            store.Append(SpoolFolder.Message(3));
            Assert.Equal(1, store.Status.Dropped.Full);
        }

        using var again = folder.Open();
        Assert.Equal([1, 3], SpoolFolder.Drain(again, 2).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void A_second_daemon_on_the_same_folder_is_refused_with_the_reason()
    {
        using (folder.Open())
        {
            var refusal = Assert.Throws<SpoolInUseException>(() => folder.Open());
            Assert.Contains($"in use by process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("spool.path", refusal.Message, StringComparison.Ordinal);
        }

        folder.Open().Dispose();
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Files_and_folder_are_for_the_daemons_user_alone()
    {
        using var store = folder.Open();
        Append(store, 0, 1);
        Assert.True(Wait.Until(() => Written(store)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Folder));
        Assert.All(folder.Files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void What_was_delivered_is_freed_a_file_at_a_time()
    {
        using var store = folder.Open(folder.Options(inFlight: 100) with { MaxBytes = 1_000_000 });
        for (var number = 0; number < 3000; number += 50)
        {
            Append(store, number, 50);
            Assert.Equal(50, SpoolFolder.Drain(store, 50).Count);
        }

        Assert.True(Wait.Until(() => Written(store) && store.Status.Bytes == 0));
        Assert.InRange(folder.Files.Length, 1, 3);
        Assert.Equal((0, 0), (store.Count, store.Status.Dropped.Total));
    }

    [Fact]
    public void A_full_spool_keeps_events_in_flight_and_drops_those_of_the_next_file()
    {
        using (var store = folder.Open(folder.Options(inFlight: 32) with { MaxBytes = 1_000_000 }))
        {
            Append(store, 0, 100);
            Assert.True(Wait.Until(() => Written(store)));
            var inFlight = Enumerable.Range(0, 10).Select(_ => store.TryLease()!.Value).ToArray();
            for (var number = 100; number < 2000; number += 100)
            {
                Append(store, number, 100);
                Assert.True(Wait.Until(() => Written(store)));
            }

            Assert.True(store.Status.Dropped.Full > 500);
            Assert.Equal(2000, store.Count + store.Status.Dropped.Full);
            store.Acknowledge(inFlight[0].Position);
            Assert.True(Wait.Until(() => Written(store)));
            using var killed = folder.Copy();
            using var after = killed.Open();
            Assert.Equal((1999, 0), (after.Count + after.Status.DroppedBefore, after.Status.Dropped.Total)); // no delivered event, no dropped one comes again
            Assert.Equal(1, SpoolFolder.DrainNumbers(after, 1).Single());
        }
    }

    private static bool Discard(SpoolEventStore store, Lease lease)
    {
        store.Discard(lease.Position);
        return true;
    }

    private static void Append(IEventStore store, int first, int count) => SpoolFolder.Append(store, first, count);

    /// <summary>Whether the writer has nothing left to do.</summary>
    private static bool Written(SpoolEventStore store) => store.IsWritten;
}
