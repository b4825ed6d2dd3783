using System.Diagnostics;
using System.Globalization;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Benchmarks;

/// <summary>
/// What durability costs: events of 1.2 kB posted, stored, leased and acknowledged, each alone (the next is posted when the one before is through, as with a quiet camera)
/// and a thousand at once, in memory, <c>normal</c> and <c>full</c>, in turn, so that whatever else the machine does meets all alike. <c>--folder F</c> puts the file on the disk that is
/// meant (a tmpfs would say nothing about <c>full</c>); <c>--rounds N</c>.
/// </summary>
internal static class SpoolCost
{
    private const int Alone = 100;
    private const int AtOnce = 1000;

    public static int Run(string[] arguments)
    {
        var folder = Path.Combine(Value(arguments, "--folder") ?? Directory.GetCurrentDirectory(), $"spool-cost-{Environment.ProcessId}");
        var rounds = int.Parse(Value(arguments, "--rounds") ?? "7", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        try
        {
            SpoolDurability[] kinds = [SpoolDurability.Memory, SpoolDurability.Normal, SpoolDurability.Full];
            var alone = kinds.ToDictionary(kind => kind, _ => new double[rounds]);
            var atOnce = kinds.ToDictionary(kind => kind, _ => new double[rounds]);
            for (var round = -1; round < rounds; round++) // the first warms up
            {
                foreach (var kind in kinds)
                {
                    using var store = Open(kind, folder);
                    var (one, many) = (TimeUs(() => Pass(store, Alone, 1)) / Alone, TimeUs(() => Pass(store, 1, AtOnce)) / AtOnce);
                    (alone[kind][Math.Max(0, round)], atOnce[kind][Math.Max(0, round)]) = (one, many);
                }
            }

            Console.WriteLine($"An event of 1.2 kB posted, stored, leased and acknowledged; medians of {rounds} rounds in turn; file in {folder}");
            Console.WriteLine("  durability     alone, us  x normal     at once, us  x normal");
            var (normalAlone, normalAtOnce) = (PairedTimer.Median(alone[SpoolDurability.Normal]), PairedTimer.Median(atOnce[SpoolDurability.Normal]));
            foreach (var kind in kinds)
            {
                var (one, many) = (PairedTimer.Median(alone[kind]), PairedTimer.Median(atOnce[kind]));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-12} {one,11:F1} {one / normalAlone,9:F2} {many,15:F1} {many / normalAtOnce,9:F2}"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEventStore Open(SpoolDurability kind, string folder) => kind == SpoolDurability.Memory
        ? new MemoryEventStore(64_000_000, TimeSpan.FromHours(1), TimeProvider.System)
        : new SpoolEventStore(
            new SpoolOptions(Path.Combine(folder, kind.ToString()), 64_000_000, TimeSpan.FromHours(1), AtOnce) { SyncsEachWrite = kind == SpoolDurability.Full }, TimeProvider.System, NullLogger.Instance);

    private static void Pass(IEventStore store, int times, int events)
    {
        using var ready = new AutoResetEvent(false);
        store.Ready = () => ready.Set();
        for (var time = 0; time < times; time++)
        {
            for (var number = 0; number < events; number++)
            {
                store.Append(new StoredMessage($"device-boot-{number}", "edgepose/v1/site/device/door/track", "edgepose.track", DateTimeOffset.UnixEpoch, new byte[1200]));
            }

            for (var arrived = 0; arrived < events;)
            {
                if (store.TryLease() is { } lease)
                {
                    store.Acknowledge(lease.Position);
                    arrived++;
                }
                else
                {
                    ready.WaitOne(100);
                }
            }
        }

        store.Ready = null;
    }

    private static double TimeUs(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    public static string? Value(string[] arguments, string name) => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
}
