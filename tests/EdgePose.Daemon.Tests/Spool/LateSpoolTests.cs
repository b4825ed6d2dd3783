using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A spool that cannot be opened or written at first, for real reasons.</summary>
public sealed class LateSpoolTests : IDisposable
{
    private readonly SpoolFolder folder = new();

    private SpoolOptions Options => folder.Options() with { RetryPause = TimeSpan.FromMilliseconds(50) };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_spool_that_cannot_be_read_takes_over_when_it_can_and_every_event_comes_once_in_order()
    {
        using (var before = folder.Open())
        {
            SpoolFolder.Append(before, 0, 50);
        }

        var (file, aside) = (folder.Files.Single(), folder.Folder + ".aside");
        File.Move(file, aside);
        File.CreateSymbolicLink(file, folder.Folder + ".nowhere"); // cannot be read
        List<int> sent = [];
        using (var store = folder.Open(Options))
        {
            Assert.Equal(StoreMedium.Memory, store.Status.Medium);
            Assert.Contains("is tried again every 10 s", store.Status.Fault, StringComparison.Ordinal);
            SpoolFolder.Append(store, 50, 1000);
            Lease[] inFlight = [.. Enumerable.Range(0, 10).Select(_ => store.TryLease()!.Value)];
            Assert.Equal(Enumerable.Range(50, 10), inFlight.Select(lease => SpoolFolder.NumberOf(lease.Message)));
            File.Move(aside, file, overwrite: true);
            Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Disk), $"{store.Status}");
            Assert.Equal(1050, store.Count);
            foreach (var lease in inFlight)
            {
                store.Acknowledge(lease.Position);
            }

            sent.AddRange(SpoolFolder.DrainNumbers(store, 500));
            SpoolFolder.Append(store, 1050, 20);
            Assert.True(Wait.Until(() => store.IsWritten), $"{store.Status}");
            Assert.Equal((string.Empty, 0), (store.Status.Fault, store.Status.Dropped.Total));
        }

        using var after = folder.Open();
        sent.AddRange(SpoolFolder.DrainNumbers(after, after.Count));
        Assert.Equal([.. Enumerable.Range(0, 50), .. Enumerable.Range(60, 1010)], sent);
    }

    [Fact]
    public void More_than_the_hand_over_holds_moves_into_the_spool_without_a_drop_when_its_folder_can_be_made()
    {
        File.WriteAllText(folder.Folder, "where the folder should be");
        const int posted = 20_000; // 25 MB, and the hand-over holds 8
        using (var store = folder.Open(Options))
        {
            SpoolFolder.Append(store, 0, posted);
            File.Delete(folder.Folder);
            Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Disk && store.IsWritten, seconds: 60), $"{store.Status}");
            Assert.Equal((posted, 0), (store.Count, store.Status.Dropped.Total));
        }

        using var after = folder.Open();
        Assert.Equal(Enumerable.Range(0, posted), SpoolFolder.DrainNumbers(after, posted));
    }

    [Fact]
    public void Events_in_flight_that_come_back_and_those_of_a_topic_that_the_broker_refuses_move_too_in_order()
    {
        File.WriteAllText(folder.Folder, "where the folder should be");
        using var store = folder.Open(Options);
        for (var number = 0; number < 10; number++)
        {
            store.Append(SpoolFolder.Message(number, number % 2 == 0 ? "even" : "odd"));
        }

        store.Park(store.TryLease()!.Value.Position);
        Assert.Equal(1, SpoolFolder.NumberOf(store.TryLease()!.Value.Message));
        File.Delete(folder.Folder);
        Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Disk), $"{store.Status}");
        store.ReturnLeases();
        store.Unpark("even");
        Assert.True(Wait.Until(() => store.IsWritten));
        Assert.Equal(Enumerable.Range(0, 10), SpoolFolder.DrainNumbers(store, 10));
    }

    [Fact]
    public void A_disk_without_room_for_another_file_drops_the_oldest_and_keeps_each_count_over_a_kill()
    {
        using var disk = new GatedDisk(folder);
        using var store = disk.Open(inFlight: 32);
        for (var number = 0; number < 1000; number += 100)
        {
            SpoolFolder.Append(store, number, 100);
            Assert.True(Wait.Until(() => store.IsWritten));
        }

        Assert.True(folder.Files.Length > 3);
        disk.IsFullForFiles = true;
        SpoolFolder.Append(store, 1000, 500);
        Assert.True(Wait.Until(() => store.Status.Medium == StoreMedium.Holding && store.Status.Dropped.DiskFull > 0)); // the oldest file made way, and the disk has no room all the same
        disk.IsFullForFiles = false;
        Assert.True(Wait.Until(() => store.IsWritten));
        Assert.Equal(1500, store.Count + store.Status.Dropped.DiskFull);
        using var killed = folder.Copy();
        using var after = killed.Open();
        Assert.Equal((store.Count, store.Status.Dropped.DiskFull), (after.Count, after.Status.DroppedBefore));
        Assert.Equal(Enumerable.Range(1500 - after.Count, after.Count), SpoolFolder.DrainNumbers(after, after.Count));
    }
}
