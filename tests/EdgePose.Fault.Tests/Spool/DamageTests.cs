using System.Diagnostics;
using EdgePose.Delivery.Spool;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>Flips and cuts at every byte of a small spool (at night; else at a seeded sample of them): whole messages are kept, in order, and the others counted.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Messages = 12;
    private const int Sample = 150;

    private static readonly DateTimeOffset Stored = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 100_000 * 100_000); // not too old to be kept, and the same all day

    // In memory where that is a folder: at night there are 150,000 of these.
    private readonly DirectoryInfo folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/edgepose-damage-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory("edgepose-damage-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flipped_byte_costs_the_message_that_it_is_in_and_no_other(bool inLog)
    {
        var spool = Original();
        var bytes = inLog ? spool.Log : spool.File;
        var (slowest, mended) = (TimeSpan.Zero, 0);
        foreach (var at in Positions(bytes.Length))
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= (byte)(1 << (at % 8));
            var found = Reopen(inLog ? spool.File : damaged, inLog ? damaged : spool.Log, $"byte {at} flipped");
            slowest = found.Time > slowest ? found.Time : slowest;
            mended += found.Log.Contains("was damaged", StringComparison.Ordinal) ? 1 : 0;
            Assert.True(found.Numbers.Length >= Messages - 1, $"byte {at}: {found.Numbers.Length} of {Messages} left; {found.Log}");
            if (!inLog || at < bytes.Length - SpoolFile.PageBytes - 24)
            {
                Assert.Equal(Messages - found.Numbers.Length, found.Lost); // the last frame of the log may have been cut short by a kill: README.md
            }

            if (found.Numbers.Length < Messages)
            {
                var lost = Enumerable.Range(0, Messages).Except(found.Numbers).Single();
                Assert.True(IsInside(bytes, lost, at), $"byte {at} is not in message {lost}, which is lost; {found.Log}");
            }
        }

        Measured.Say($"{Positions(bytes.Length).Length} flips in {bytes.Length} bytes: {mended} mended, slowest start {slowest.TotalMilliseconds:0} ms");
        Measured.Hold(slowest.TotalSeconds, 1, "slowest start");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cut_keeps_every_message_that_is_whole_before_it(bool inLog)
    {
        var spool = Original();
        var bytes = inLog ? spool.Log : spool.File;
        var (slowest, counted) = (TimeSpan.Zero, 0);
        foreach (var length in Positions(bytes.Length))
        {
            var cut = bytes[..length];
            var (file, log) = inLog ? (spool.File, cut) : (cut, spool.Log);
            var found = Reopen(file, log, $"cut at {length}");
            slowest = found.Time > slowest ? found.Time : slowest;
            var whole = Enumerable.Range(0, Messages).Where(number => Find(file, number) >= 0 || Find(log, number) >= 0).ToArray();
            Assert.Empty(whole.Except(found.Numbers).Select(number => $"cut at {length}: message {number} is whole in the files and lost; {found.Log}"));
            if (!found.Log.Contains("was damaged", StringComparison.Ordinal))
            {
                Assert.True(found.Lost == 0 && found.Numbers.SequenceEqual(Enumerable.Range(0, found.Numbers.Length)), $"cut at {length}, as a kill may have left it: {found}");
            }
            else if (NewestMark(file, log) is { } newest)
            {
                var lost = newest + 1 - found.Numbers.Count(number => number <= newest);
                Assert.True(lost == found.Lost, $"cut at {length}: the mark tells of messages up to {newest}, so {lost} are lost, and {found.Lost} were counted; {found}");
                counted += lost > 0 ? 1 : 0;
            }
        }

        Measured.Say($"{Positions(bytes.Length).Length} cuts in {bytes.Length} bytes: losses counted after {counted}, slowest start {slowest.TotalMilliseconds:0} ms");
        Assert.True(inLog || counted > 0);
        Measured.Hold(slowest.TotalSeconds, 1, "slowest start");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_full_spool_opens_with_all_that_is_in_it_and_a_damaged_one_with_all_but_the_message_that_is_hit(bool isDamaged)
    {
        var (megabytes, count) = (64, 0);
        var onDisk = Directory.CreateTempSubdirectory("edgepose-full-"); // where flushing costs what it does on a device
        var path = Path.Combine(onDisk.FullName, "spool.db");
        using (var file = SpoolFile.Open(path, SpoolDurability.Normal, megabytes * 1_000_000L))
        {
            while (file.UsedBytes < (megabytes - 1) * 1_000_000L)
            {
                file.Commit([], [.. Enumerable.Range(count, 128).Select(number => SpoolRecord.Write(number + 1, Stored, SmallSpool.Message(number)))], mayGrow: true);
                count += 128;
            }

            file.EmptyLog();
        }

        if (isDamaged)
        {
            using var file = File.Open(path, FileMode.Open);
            var part = new byte[16 * SpoolFile.PageBytes];
            file.Position = file.Length / 2;
            file.ReadExactly(part);
            file.Position += part.AsSpan().IndexOf("device-boot-"u8) - part.Length;
            file.WriteByte((byte)'D');
        }

        List<double> seconds = [];
        for (var round = 0; round < 3; round++) // the quickest tells what opening takes: this machine has other work
        {
            var copy = $"{path}.{round}";
            File.Copy(path, copy);
            var watch = Stopwatch.StartNew();
            using var store = SmallSpool.Open(copy, new ListLogger(), new SpoolConfig { MaxMegabytes = megabytes });
            seconds.Add(watch.Elapsed.TotalSeconds);
            Assert.Equal((count - (isDamaged ? 1 : 0), isDamaged ? 1 : 0), (store.Count, store.Status.Dropped.Corrupt));
        }

        Measured.Say($"{megabytes} MB, {count} events, {(isDamaged ? "damaged" : "whole")}: open after {seconds.Min():0.00} s, at most {seconds.Max():0.00} s (promised 1)");
        Measured.Hold(seconds.Min(), 1, "open");
        onDisk.Delete(recursive: true);
    }

    [Fact]
    public void A_file_that_is_no_spool_is_set_aside_and_the_daemon_starts_with_an_empty_one()
    {
        var random = new Random(7);
        foreach (var length in new[] { 1, 99, 100, 4096, 100_000 })
        {
            var garbage = new byte[length];
            random.NextBytes(garbage);
            var found = Reopen(garbage, [], $"{length} bytes of garbage");
            Assert.Empty(found.Numbers);
            Assert.Contains("the damaged file is", found.Log, StringComparison.Ordinal);
            Assert.Equal(garbage, File.ReadAllBytes(found.SetAside));
        }
    }

    [Fact]
    public void A_mending_that_is_killed_between_its_renames_is_finished_at_the_next_start()
    {
        var spool = Original();
        var path = Path.Combine(folder.FullName, "killed", "spool.db");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // As SpoolOpening leaves it when it is killed right after the first rename: the mended file complete, the damaged one moved, its log not yet.
        var whole = Path.Combine(folder.FullName, "whole.db");
        Make(whole, 5);
        File.Copy(whole, path + ".new");
        File.WriteAllBytes(path + ".damaged", spool.File);
        File.WriteAllBytes(path + "-wal", spool.Log);
        using var store = SmallSpool.Open(path, new ListLogger());
        Assert.Equal(Enumerable.Range(0, 5), SmallSpool.Lease(store, 5, acknowledge: false).Select(SmallSpool.NumberOf));
        Assert.Equal(spool.Log, File.ReadAllBytes(path + ".damaged-wal"));
    }

    /// <summary>A spool whose messages are partly in the file and partly in its log, as a kill leaves it.</summary>
    private (byte[] File, byte[] Log) Original()
    {
        var path = Path.Combine(folder.FullName, "original.db");
        using (var file = SpoolFile.Open(path, SpoolDurability.Normal, 64_000_000))
        {
            for (var number = -8; number < Messages; number++)
            {
                var record = SpoolRecord.Write(number + 9, Stored, SmallSpool.Message(Math.Max(number, 0)));
                file.Commit([], [record], mayGrow: true);
                if (number == -1)
                {
                    file.Commit([.. Enumerable.Range(1, 8).Select(i => (long)i)], [], mayGrow: true); // delivered
                }

                if (number == Messages / 2)
                {
                    file.EmptyLog();
                }
            }
        }

        var bytes = (File.ReadAllBytes(path), File.ReadAllBytes(path + "-wal"));
        Assert.True(bytes.Item1.Length > 3 * SpoolFile.PageBytes && bytes.Item2.Length > 3 * SpoolFile.PageBytes);
        return bytes;
    }

    private static void Make(string path, int messages)
    {
        using var file = SpoolFile.Open(path, SpoolDurability.Normal, 64_000_000);
        file.Commit([], [.. Enumerable.Range(0, messages).Select(number => SpoolRecord.Write(number + 1, Stored, SmallSpool.Message(number)))], mayGrow: true);
        file.EmptyLog();
    }

    /// <summary>Opens a spool of these bytes; it must not throw, and give a part of what was written, in order.</summary>
    private Found Reopen(byte[] file, byte[] log, string fault)
    {
        var path = Path.Combine(folder.FullName, "damaged", "spool.db");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file);
        File.WriteAllBytes(path + "-wal", log);
        var logger = new ListLogger();
        var watch = Stopwatch.StartNew();
        using var store = SmallSpool.Open(path, logger);
        var time = watch.Elapsed;
        var count = store.Count;
        var messages = SmallSpool.Lease(store, count, acknowledge: false);
        SmallSpool.WaitUntilWritten(store); // a damaged one is mended behind the messages
        Assert.True(messages.Count == count, $"{fault}: {messages.Count} of {count} leased; {logger.Text}");
        var numbers = messages.Select(SmallSpool.NumberOf).ToArray();
        Assert.True(numbers.SequenceEqual(numbers.Distinct().Order()), $"{fault}: out of order or twice: {string.Join(' ', numbers)}");
        Assert.All(messages, message => Assert.Equal(SmallSpool.Message(SmallSpool.NumberOf(message)).Payload, message.Payload));
        return new Found(numbers, store.Status.Dropped.Corrupt, time, logger.Text, path + ".damaged");
    }

    private static int[] Positions(int length)
    {
        var random = new Random(length);
        return Nightly.Is ? [.. Enumerable.Range(0, length)] : [.. Enumerable.Range(0, Sample).Select(_ => random.Next(length)).Distinct().Order()];
    }

    /// <summary>Where the whole of a message's record is in the bytes, or -1.</summary>
    private static int Find(byte[] bytes, int number)
    {
        var record = SpoolRecord.Write(number + 9, Stored, SmallSpool.Message(number)).Frame;
        return bytes.AsSpan().IndexOf(record);
    }

    /// <summary>The highest message that the newest whole mark tells of; null when none is left that tells of one.</summary>
    private static int? NewestMark(byte[] file, byte[] log)
    {
        int[] left = [.. Enumerable.Range(0, Messages).Where(number => new SpoolMark(number + 10, 9, number + 9, number + 1).Write() is var mark && (file.AsSpan().IndexOf(mark) >= 0 || log.AsSpan().IndexOf(mark) >= 0))];
        return left.Length > 0 ? left[^1] : null;
    }

    private static bool IsInside(byte[] bytes, int number, int at)
    {
        var length = SpoolRecord.Write(number + 9, Stored, SmallSpool.Message(number)).Frame.Length;
        for (var start = 0; Find(bytes[start..], number) is >= 0 and var found; start += found + 1)
        {
            if (at >= start + found && at < start + found + length)
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Found(int[] Numbers, long Lost, TimeSpan Time, string Log, string SetAside);
}
