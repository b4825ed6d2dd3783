using System.Diagnostics;
using System.Globalization;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Benchmarks;

/// <summary>
/// How long a full spool of 64 MB keeps the daemon waiting at its start: whole, with one damaged event, and with a damaged page of its tables; until events are taken, until the oldest can be
/// sent, and (for the damaged ones) until the mended file is in its place. Beside it the same file read once from the page cache, in the same round. The first round pays for the
/// compiler too, as each start of the daemon does. <c>--folder F</c>, <c>--rounds N</c>.
/// </summary>
internal static class SpoolOpeningCost
{
    private const int Megabytes = 64;

    private static readonly (string Name, Action<FileStream>? Damage)[] Kinds = [("whole", null), ("an event damaged", DamageEvent), ("a page damaged", DamagePage)];

    public static int Run(string[] arguments)
    {
        var folder = Path.Combine(SpoolCost.Value(arguments, "--folder") ?? Directory.GetCurrentDirectory(), $"spool-opening-{Environment.ProcessId}");
        var rounds = int.Parse(SpoolCost.Value(arguments, "--rounds") ?? "5", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        try
        {
            var original = Path.Combine(folder, "full.db");
            Console.WriteLine($"A spool of {Megabytes} MB, {Fill(original)} events of 1.2 kB; ms, and times one reading of the file; the first round and the median of {rounds} after it");
            foreach (var (name, damage) in Kinds)
            {
                var times = Enumerable.Range(0, rounds + 1).Select(_ => Round(folder, original, damage)).ToArray();
                Print($"{name}, first", times[0]);
                var median = Enumerable.Range(0, 4).Select(part => PairedTimer.Median([.. times.Skip(1).Select(time => time[part])])).ToArray();
                Print($"{name}, median", median);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Milliseconds: one reading; then, from the beginning of the opening, until events are taken, until the oldest can be sent, until all is written.</summary>
    private static double[] Round(string folder, string original, Action<FileStream>? damage)
    {
        var path = Path.Combine(folder, "spool.db");
        foreach (var file in Directory.GetFiles(folder, "spool.db*"))
        {
            File.Delete(file);
        }

        File.Copy(original, path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            damage?.Invoke(file);
            file.Flush(flushToDisk: true); // what the copy has left to write is not the opening's
        }

        var buffer = new byte[1024 * 1024];
        var start = Stopwatch.GetTimestamp();
        using (var file = File.OpenHandle(path))
        {
            for (long at = 0, read; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read)
            {
            }
        }

        var reading = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        using var store = SpoolEventStore.Open(path, new SpoolConfig { MaxMegabytes = Megabytes }, inFlight: 32, TimeProvider.System, NullLogger.Instance);
        var opened = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        SpinWait.SpinUntil(() => store.TryLease() is not null);
        var sent = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        SpinWait.SpinUntil(() => store.IsWritten);
        return [reading, opened, sent, Stopwatch.GetElapsedTime(start).TotalMilliseconds];
    }

    private static int Fill(string path)
    {
        var count = 0;
        using var file = SpoolFile.Open(path, SpoolDurability.Normal, Megabytes * 1_000_000L);
        while (file.UsedBytes < (Megabytes - 1) * 1_000_000L)
        {
            file.Commit([], [.. Enumerable.Range(count, 128).Select(number => SpoolRecord.Write(number + 1, DateTimeOffset.UtcNow, Message(number)))], mayGrow: true);
            count += 128;
        }

        file.EmptyLog();
        return count;
    }

    private static StoredMessage Message(int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"device-boot-{number:D6}"), "edgepose/v1/site/device/door/track", "edgepose.track", DateTimeOffset.UnixEpoch, new byte[1200]);

    private static void DamageEvent(FileStream file)
    {
        var part = new byte[16 * SpoolFile.PageBytes];
        file.Position = file.Length / 2;
        file.ReadExactly(part);
        file.Position += part.AsSpan().IndexOf("device-boot-"u8) - part.Length;
        file.WriteByte((byte)'D');
    }

    private static void DamagePage(FileStream file)
    {
        file.Position = file.Length / 2 / SpoolFile.PageBytes * SpoolFile.PageBytes;
        file.Write(new byte[SpoolFile.PageBytes]);
    }

    private static void Print(string name, double[] times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-25} read {times[0],5:F0}   open {times[1],5:F0} ({times[1] / times[0],4:F1} x)   sends {times[2],5:F0} ({times[2] / times[0],4:F1} x)   written {times[3],5:F0} ({times[3] / times[0],4:F1} x)"));
}
