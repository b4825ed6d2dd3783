using System.Diagnostics;
using EdgePose.Delivery.Spool;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>A full spool of 64 MB, whole and damaged, as a device would open it. Every byte of a small one: SpoolDamageTests of EdgePose.Daemon.Tests.</summary>
public sealed class DamageTests
{
    private const int Megabytes = 64;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_full_spool_opens_with_all_that_is_in_it_and_a_damaged_one_with_all_but_the_event_that_is_hit(bool isDamaged)
    {
        var root = Directory.CreateTempSubdirectory("edgepose-full-"); // on the disk, where a device has it
        var folder = Path.Combine(root.FullName, "spool");
        var count = FullSpool.Make(folder, Megabytes);
        if (isDamaged)
        {
            FullSpool.DamageEvent(folder);
        }

        List<double> seconds = [];
        for (var round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            using var log = new SpoolLog(new SpoolOptions(folder, Megabytes * 1_000_000L, TimeSpan.FromDays(7), 32));
            seconds.Add(watch.Elapsed.TotalSeconds);
            Assert.Equal((count - (isDamaged ? 1 : 0), isDamaged ? 1 : 0), (log.Count, log.Lost));
        }

        Measured.Say($"{Megabytes} MB, {count} events, {(isDamaged ? "damaged" : "whole")}: open after {seconds.Min():0.00} s, at most {seconds.Max():0.00} s (promised 1)");
        if (Nightly.Is)
        {
            Assert.InRange(seconds.Min(), 0, 1); // the quickest tells what opening takes: the machine has other work
        }

        root.Delete(recursive: true);
    }
}
