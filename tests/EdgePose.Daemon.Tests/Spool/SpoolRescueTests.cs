using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolRescueTests : IDisposable
{
    private const int Events = 600; // more than the window

    private readonly SpoolFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_damaged_spool_is_sent_before_it_is_mended_and_mended_when_the_disk_lets()
    {
        Fill();
        Damage();
        Directory.CreateDirectory(folder.File + ".damaged"); // no file can be set aside here
        using (var store = folder.Open(inFlight: 32))
        {
            Assert.Equal((Events - 1, 1), (store.Count, store.Status.Dropped.Corrupt));
            Append(store, Events, 10);
            Assert.Equal([.. Whole(), .. Enumerable.Range(Events, 10)], SpoolFolder.Drain(store, Events + 9).Select(SpoolFolder.NumberOf));
            Assert.Equal(StoreMedium.Holding, store.Status.Medium);
            Append(store, Events + 10, 10);
            Assert.False(store.IsWritten);
            Directory.Delete(folder.File + ".damaged");
            Assert.True(Wait.Until(() => store.IsWritten && store.Status.Medium == StoreMedium.Disk), $"{store.Status}");
            Assert.Equal(1, store.Status.Dropped.Total);
        }

        Assert.True(File.Exists(folder.File + ".damaged"));
        using var again = folder.Open();
        Assert.Equal(Enumerable.Range(Events + 10, 10), SpoolFolder.Drain(again, again.Count).Select(SpoolFolder.NumberOf));
    }

    [Fact]
    public void What_may_arrive_twice_when_a_mending_is_killed_is_never_more_than_the_window()
    {
        Fill();
        Damage();
        using var disk = new GatedDisk(folder.File);
        disk.Gate.Reset();
        using var store = disk.Open(inFlight: 32);
        var sent = new List<int>();
        Assert.True(Wait.Until(() =>
        {
            while (store.TryLease() is { } lease)
            {
                sent.Add(SpoolFolder.NumberOf(lease.Message));
                store.Acknowledge(lease.Position);
            }

            return disk.Waiting.IsSet && sent.Count >= 32;
        }));
        Assert.Equal(Enumerable.Range(0, 32), sent);
        Assert.Null(store.TryLease());
        disk.Gate.Set();
        Assert.Equal(Whole().Skip(32), SpoolFolder.Drain(store, Events - 33).Select(SpoolFolder.NumberOf));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void A_kill_before_the_mended_file_is_in_its_place_costs_nothing()
    {
        Fill();
        Damage();
        var opened = SpoolOpening.Open(folder.File, SpoolDurability.Normal, 64_000_000);
        File.WriteAllText(folder.File + ".new", "cut short");
        opened.File.Dispose(); // as the kernel does
        using var store = folder.Open();
        Assert.Equal(Whole(), SpoolFolder.Drain(store, store.Count).Select(SpoolFolder.NumberOf));
        Assert.True(Wait.Until(() => store.IsWritten));
        Assert.False(File.Exists(folder.File + ".new"));
    }

    [Fact]
    public void A_kill_while_the_mended_file_is_written_costs_nothing_where_only_the_log_is_left()
    {
        using (var whole = folder.Open())
        {
            Append(whole, 0, 30); // few enough to be in the log still
            Assert.True(Wait.Until(() => whole.IsWritten));
            File.Copy(folder.File + "-wal", folder.File + ".kept");
        }

        File.Delete(folder.File);
        File.Move(folder.File + ".kept", folder.File + "-wal", overwrite: true);
        File.WriteAllText(folder.File + ".making", "cut short");
        using var store = folder.Open();
        Assert.Equal(Enumerable.Range(0, 30), SpoolFolder.Drain(store, 30).Select(SpoolFolder.NumberOf));
        Assert.True(Wait.Until(() => store.IsWritten));
        Assert.False(File.Exists(folder.File + ".making"));
        Assert.True(File.Exists(folder.File));
    }

    [Fact]
    public void A_damaged_spool_does_not_forget_what_was_dropped()
    {
        using (var small = folder.Open(new SpoolConfig { MaxMegabytes = 1 }))
        {
            Append(small, 0, 2000);
            Assert.True(Wait.Until(() => small.IsWritten));
        }

        var left = 0;
        var dropped = 0L;
        using (var whole = folder.Open())
        {
            (left, dropped) = (whole.Count, whole.Status.DroppedBefore);
        }

        var bytes = File.ReadAllBytes(folder.File);
        bytes[bytes.AsSpan().IndexOf(SpoolFolder.Message(1990).Payload)] ^= 1;
        File.WriteAllBytes(folder.File, bytes);
        using (var mended = folder.Open())
        {
            Assert.Equal((dropped, 1), (mended.Status.DroppedBefore, mended.Status.Dropped.Corrupt));
            Assert.True(Wait.Until(() => mended.IsWritten));
        }

        using var again = folder.Open();
        Assert.Equal((dropped + 1, left - 1), (again.Status.DroppedBefore, again.Count));
    }

    private static IEnumerable<int> Whole() => Enumerable.Range(0, Events).Where(number => number != Events / 2);

    private static void Append(SpoolEventStore store, int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            store.Append(SpoolFolder.Message(number));
        }
    }

    private void Fill()
    {
        using var store = folder.Open();
        Append(store, 0, Events);
    }

    /// <summary>Flips a bit of the event in the middle, wherever it is.</summary>
    private void Damage()
    {
        foreach (var path in (string[])[folder.File, folder.File + "-wal"])
        {
            var bytes = File.ReadAllBytes(path);
            for (var at = 0; bytes.AsSpan(at).IndexOf(SpoolFolder.Message(Events / 2).Payload) is >= 0 and var found; at += found + 1)
            {
                bytes[at + found] ^= 1;
            }

            File.WriteAllBytes(path, bytes);
        }
    }
}
