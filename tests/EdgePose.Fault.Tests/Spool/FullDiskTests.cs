using EdgePose.Delivery.Spool;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>The spool on a real file system that has no room.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public void A_disk_of_1_MB_drops_the_oldest_counts_each_exactly_and_keeps_the_newest()
    {
        using var disk = SmallDisk.Mount(1024);
        var path = Path.Combine(disk.Folder, "spool");
        const int posted = 3000;
        int kept;
        using (var store = SmallSpool.Open(path, new ListLogger(), inFlight: 32))
        {
            for (var number = 0; number < posted; number++)
            {
                store.Append(SmallSpool.Message(number));
                Breathe(store, number);
            }

            SmallSpool.WaitUntilWritten(store);
            var status = store.Status;
            kept = status.Count;
            Assert.Equal(StoreMedium.Disk, status.Medium);
            Assert.Equal(posted, kept + status.Dropped.DiskFull);
            Assert.Equal(status.Dropped.DiskFull, status.Dropped.Total);
            Assert.True(kept >= 100, $"only {kept} messages of 1.2 kB fit");
        }

        using var again = SmallSpool.Open(path, new ListLogger(), inFlight: 32);
        Measured.Say($"{posted} posted to a disk of 1 MB: {kept} kept, {posted - kept} dropped and counted");
        Assert.Equal(Enumerable.Range(posted - kept, kept), SmallSpool.Lease(again, kept, acknowledge: true).Select(SmallSpool.NumberOf));
    }

    [Fact]
    public void A_disk_that_others_fill_loses_only_what_makes_way_for_newer_events()
    {
        using var disk = SmallDisk.Mount(4096);
        var path = Path.Combine(disk.Folder, "spool");
        using (var store = SmallSpool.Open(path, new ListLogger(), inFlight: 32))
        {
            Post(store, 0, 500);
            SmallSpool.WaitUntilWritten(store);
            disk.Fill();
            Assert.Equal(500, store.Count);
            Post(store, 500, 500);
            Assert.True(Until(() => store.IsWritten), $"{store.Status}");
            var status = store.Status;
            Assert.Equal(1000, status.Count + status.Dropped.Total);
            Assert.Equal(status.Dropped.DiskFull, status.Dropped.Total);
            Assert.InRange(status.Count, 100, 600); // a new file sets room aside, so on a full disk it can cost two old ones
            var left = SmallSpool.Lease(store, status.Count, acknowledge: true).Select(SmallSpool.NumberOf).ToArray();
            Assert.Equal(Enumerable.Range(1000 - status.Count, status.Count), left);
            disk.Free();
            Post(store, 1000, 10);
        }

        using var again = SmallSpool.Open(path, new ListLogger(), inFlight: 32);
        Assert.Equal(Enumerable.Range(1000, 10), SmallSpool.Lease(again, again.Count, acknowledge: true).Select(SmallSpool.NumberOf));
    }

    [Fact]
    public void A_start_on_a_disk_that_is_full_sends_what_is_stored_and_stores_again_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(4096);
        var path = Path.Combine(disk.Folder, "spool");
        using (var store = SmallSpool.Open(path, new ListLogger(), inFlight: 32))
        {
            Post(store, 0, 100);
        }

        foreach (var file in Directory.GetFiles(path, "*.seg"))
        {
            using var opened = new FileStream(file, FileMode.Open, FileAccess.Write);
            opened.SetLength(opened.Length); // gives back the room that it has set aside, as a copy would lack it
        }

        disk.Fill();
        var log = new ListLogger();
        using (var store = SmallSpool.Open(path, log, inFlight: 32))
        {
            Post(store, 100, 20);
            Assert.True(Until(() => store.Status.Medium == StoreMedium.Holding), $"{store.Status}");
            Assert.Contains("make room", store.Status.Fault, StringComparison.Ordinal);
            Assert.Equal(120, store.Count);
            Assert.Equal(Enumerable.Range(0, 110), SmallSpool.Lease(store, 110, acknowledge: true).Select(SmallSpool.NumberOf));
            disk.Free();
            Assert.True(Until(() => store.Status.Medium == StoreMedium.Disk && store.IsWritten), $"{store.Status}; {log.Text}");
            Assert.Equal(0, store.Status.Dropped.Total);
        }

        Assert.Single(log.Text.Split('\n'), line => line.Contains("takes no writes", StringComparison.Ordinal));
        using var again = SmallSpool.Open(path, new ListLogger(), inFlight: 32);
        Assert.Equal(Enumerable.Range(110, 10), SmallSpool.Lease(again, again.Count, acknowledge: true).Select(SmallSpool.NumberOf));
    }

    private static void Post(SpoolEventStore store, int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            store.Append(SmallSpool.Message(number));
            Breathe(store, number);
        }
    }

    /// <summary>Leaves the disk time, as cameras do: the hand-over is not what is tested here.</summary>
    private static void Breathe(SpoolEventStore store, int number)
    {
        if (number % 100 == 99)
        {
            Until(() => store.IsWritten || store.Status.Medium == StoreMedium.Holding);
        }
    }

    private static bool Until(Func<bool> condition)
    {
        for (var start = Environment.TickCount64; Environment.TickCount64 - start < 1000 * Patience.Seconds; Thread.Sleep(2))
        {
            if (condition())
            {
                return true;
            }
        }

        return false;
    }
}
