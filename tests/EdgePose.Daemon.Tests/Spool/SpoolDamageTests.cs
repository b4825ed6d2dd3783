using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>Every byte of a small spool of several files is flipped, and every file is cut at every byte: whole events are kept, in order, and the others counted.</summary>
public sealed class SpoolDamageTests : IDisposable
{
    private const int Messages = 12;
    private const int Delivered = 3;
    private static readonly DateTimeOffset Stored = SpoolClock.Earliest.AddDays(1);

    private readonly SpoolFolder folder = new(inMemory: true);
    private readonly GatedDisk disk;

    public SpoolDamageTests()
    {
        disk = new GatedDisk(folder);
        Directory.CreateDirectory(folder.Folder);
        using var log = new SpoolLog(Options);
        for (var number = 0; number < Messages; number++)
        {
            long[] gone = number >= 4 && number < 4 + Delivered ? [number - 2] : []; // 1, 2 and 3 while later ones come
            log.Append([new SpoolEvent(number + 1, Stored, SpoolFolder.Message(number, bytes: 60))], gone, new DropCounts(number, 0, 0, 0, 0, 0));
        }

        Assert.Equal(Messages - Delivered, log.Count);
        Assert.InRange(folder.Files.Length, 3, 5);
    }

    private SpoolOptions Options => disk.Options() with { SegmentLimit = 900 };

    public void Dispose()
    {
        disk.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_whole_spool_is_read_once()
    {
        var before = disk.ReadBytes;
        using var log = new SpoolLog(Options);
        Assert.Equal(folder.Files.Sum(file => new FileInfo(file).Length), disk.ReadBytes - before);
        Assert.Equal((Waiting.Length, 0, 0), (log.Count, log.Lost, log.Damaged.Count));
        Assert.Equal(Waiting, Numbers(log));
    }

    [Fact]
    public void A_flipped_byte_costs_the_event_that_it_is_in_and_no_other()
    {
        var (lost, files) = (0, folder.Files);
        var total = files.Sum(path => new FileInfo(path).Length);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            for (var at = 0; at < bytes.Length; at++)
            {
                bytes[at] ^= (byte)(1 << (at % 8));
                File.WriteAllBytes(file, bytes);
                bytes[at] ^= (byte)(1 << (at % 8));
                var before = disk.ReadBytes;
                using var log = new SpoolLog(Options);
                Assert.Equal(total, disk.ReadBytes - before); // each byte once: so opening takes as long as reading
                Assert.Single(log.Damaged, file);
                var found = Numbers(log);
                Assert.True(found.SequenceEqual(found.Distinct().Order()), $"{file} byte {at}: {string.Join(' ', found)}");
                Assert.True(Waiting.Except(found).Count() == log.Lost && log.Lost <= 1, $"{file} byte {at}: {log.Lost} lost, {string.Join(' ', found)}");
                Assert.True(found.Except(Waiting).All(number => number is >= 1 and <= Delivered), $"{file} byte {at}: {string.Join(' ', found)}"); // the mark was hit that says that it was delivered
                lost += log.Lost;
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.True(lost > Waiting.Length * 60, "no event was hit");
    }

    [Fact]
    public void A_cut_keeps_every_event_that_is_whole_before_it_and_those_of_other_files()
    {
        var (counted, files) = (0, folder.Files);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            for (var length = 0; length < bytes.Length; length++)
            {
                File.WriteAllBytes(file, bytes[..length]);
                using var log = new SpoolLog(Options);
                var found = Numbers(log);
                Assert.True(found.SequenceEqual(found.Distinct().Order()), $"{file} at {length}: {string.Join(' ', found)}");
                Assert.True(Waiting.Count(number => number < log.Last && !found.Contains(number)) == log.Lost, $"{file} at {length}: {log.Lost} lost of {log.Last}, {string.Join(' ', found)}");
                Assert.True(log.Last == Messages || file == files[^1], $"{file} at {length}: only the newest file can hide how many there were");
                counted += log.Lost;
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.NotEqual(0, counted);
    }

    [Fact]
    public void What_was_lost_is_counted_once_and_the_damaged_file_is_kept_beside_the_others()
    {
        var file = folder.Files.Single(path => File.ReadAllBytes(path).AsSpan().IndexOf(SpoolFolder.Message(6, bytes: 60).Payload) >= 0);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf(SpoolFolder.Message(6, bytes: 60).Payload)] ^= 1;
        File.WriteAllBytes(file, bytes);
        using (var store = folder.Open(Options))
        {
            Assert.Equal((Waiting.Length - 1, 1), (store.Count, store.Status.Dropped.Corrupt));
            Assert.True(Wait.Until(() => store.IsWritten));
        }

        using (var store = folder.Open(Options))
        {
            Assert.Equal((Waiting.Length - 1, 0), (store.Count, store.Status.Dropped.Total));
            Assert.Equal(Messages - 1 + 1, store.Status.DroppedBefore); // the last count of the test's own, and the lost one
            Assert.Equal(Waiting.Length - 1, SpoolFolder.Drain(store, Waiting.Length - 1).Count);
            Assert.True(Wait.Until(() => store.IsWritten));
        }

        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder.Folder, "damaged")));
    }

    [Fact]
    public void An_event_that_is_damaged_while_the_daemon_runs_is_counted_and_the_others_are_sent()
    {
        using var running = new SpoolFolder();
        using var store = running.Open();
        SpoolFolder.Append(store, 0, 600); // more than the window
        Assert.True(Wait.Until(() => store.IsWritten));
        var file = running.Files.Single(path => File.ReadAllBytes(path).AsSpan().IndexOf(SpoolFolder.Message(500).Payload) >= 0);
        var at = File.ReadAllBytes(file).AsSpan().IndexOf(SpoolFolder.Message(500).Payload);
        using (var bytes = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            bytes.Position = at;
            bytes.WriteByte((byte)'D');
        }

        Assert.Equal(Enumerable.Range(0, 600).Where(number => number != 500), SpoolFolder.DrainNumbers(store, 599));
        Assert.True(Wait.Until(() => store.IsWritten));
        Assert.Equal((0, 1), (store.Count, store.Status.Dropped.Corrupt));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(100_000)]
    public void A_file_that_is_none_of_a_spool_costs_no_event(int length)
    {
        var garbage = new byte[length];
        new Random(7).NextBytes(garbage);
        File.WriteAllBytes(Path.Combine(folder.Folder, "0000000099.seg"), garbage);
        using var store = folder.Open(Options);
        SpoolFolder.Append(store, Messages, 10);
        Assert.Equal([.. Waiting, .. Enumerable.Range(Messages, 10)], SpoolFolder.DrainNumbers(store, Waiting.Length + 10));
        Assert.Equal(0, store.Status.Dropped.Total);
    }

    private static int[] Waiting => [0, .. Enumerable.Range(1 + Delivered, Messages - 1 - Delivered)];

    private static int[] Numbers(SpoolLog log)
    {
        List<long> lost = [];
        int[] numbers = [.. log.Read(long.MinValue, 1000, lost).Select(entry => SpoolFolder.NumberOf(entry.Message))];
        Assert.Empty(lost);
        return numbers;
    }
}
