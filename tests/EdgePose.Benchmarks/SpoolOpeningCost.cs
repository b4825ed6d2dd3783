using System.Diagnostics;
using System.Globalization;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Benchmarks;

/// <summary>
/// How long a full spool of 64 MB keeps the daemon waiting at its start, whole and with one damaged event: until events are taken, until the oldest can be sent, and until all is written. Beside it the
/// same files read once from the page cache, in the same round. The first round pays for the compiler too, as each start of the daemon does. <c>--folder F</c>, <c>--rounds N</c>.
/// </summary>
internal static class SpoolOpeningCost
{
    private const int Megabytes = 64;

    private static readonly (string Name, bool IsDamaged)[] Kinds = [("whole", false), ("an event damaged", true)];

    public static int Run(string[] arguments)
    {
        var folder = Path.Combine(SpoolCost.Value(arguments, "--folder") ?? Directory.GetCurrentDirectory(), $"spool-opening-{Environment.ProcessId}");
        var rounds = int.Parse(SpoolCost.Value(arguments, "--rounds") ?? "5", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        try
        {
            var original = Path.Combine(folder, "full");
            Console.WriteLine($"A spool of {Megabytes} MB, {Fill(original)} events of 1.2 kB; ms, and times one reading of the file; the first round and the median of {rounds} after it");
            foreach (var (name, isDamaged) in Kinds)
            {
                var times = Enumerable.Range(0, rounds + 1).Select(_ => Round(folder, original, isDamaged)).ToArray();
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
    private static double[] Round(string folder, string original, bool isDamaged)
    {
        var path = Path.Combine(folder, "spool");
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        string[] files = [.. Directory.GetFiles(original).Order(StringComparer.Ordinal)];
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            if (isDamaged && file == files[files.Length / 2])
            {
                bytes[bytes.AsSpan().IndexOf("device-boot-"u8)] ^= 1;
            }

            using var copy = File.Create(Path.Combine(path, Path.GetFileName(file)));
            copy.Write(bytes);
            copy.Flush(flushToDisk: true); // what the copy has left to write is not the opening's
        }

        var buffer = new byte[1024 * 1024];
        var start = Stopwatch.GetTimestamp();
        foreach (var file in Directory.GetFiles(path))
        {
            using var opened = File.OpenHandle(file);
            for (long at = 0, read; (read = RandomAccess.Read(opened, buffer, at)) > 0; at += read)
            {
            }
        }

        var reading = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        using var store = new SpoolEventStore(Options(path), TimeProvider.System, NullLogger.Instance);
        var ready = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        SpinWait.SpinUntil(() => store.TryLease() is not null);
        var sent = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        SpinWait.SpinUntil(() => store.IsWritten);
        return [reading, ready, sent, Stopwatch.GetElapsedTime(start).TotalMilliseconds];
    }

    private static int Fill(string path)
    {
        Directory.CreateDirectory(path);
        using var log = new SpoolLog(Options(path));
        for (var count = 0; ; count += 128)
        {
            try
            {
                log.Append([.. Enumerable.Range(count, 128).Select(number => new SpoolEvent(number + 1, DateTimeOffset.UtcNow, Message(number)))], [], default);
            }
            catch (SpoolFullException)
            {
                return count;
            }
        }
    }

    private static SpoolOptions Options(string path) => new(path, Megabytes * 1_000_000L, TimeSpan.FromDays(7), 32);

    private static StoredMessage Message(int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"device-boot-{number:D6}"), "edgepose/v1/site/device/door/track", "edgepose.track", DateTimeOffset.UnixEpoch, new byte[1200]);

    private static void Print(string name, double[] times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-25} read {times[0],5:F0}   open {times[1],5:F0} ({times[1] / times[0],4:F1} x)   sends {times[2],5:F0} ({times[2] / times[0],4:F1} x)   written {times[3],5:F0} ({times[3] / times[0],4:F1} x)"));
}
