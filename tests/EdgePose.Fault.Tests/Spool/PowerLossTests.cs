using EdgePose.Daemon.Batching;
using EdgePose.Delivery.Spool;
using EdgePose.Fault.Tests.Cameras;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>The power goes at random instants while events are stored, sent and acknowledged; what the disk was told to keep is all that is left.</summary>
[Collection(nameof(SteadyStateTests))]
public sealed class PowerLossTests
{
    private const int Batch = 8;

    [Fact]
    public void With_full_durability_no_event_that_could_have_been_sent_is_lost()
    {
        using var disk = PowerDisk.Mount(megabytes: 512);
        var (cuts, stored, back) = (Nightly.Rounds(20, 500), 0, 0);
        for (var cut = 0; cut < cuts; cut++)
        {
            var outcome = CutWhileWorking(disk, syncsEachWrite: true, seed: cut);
            Assert.Empty(outcome.Sent.Except(outcome.Found).Select(number => $"cut {cut}: event {number} was stored and is lost; {outcome.Log}"));
            Assert.DoesNotContain("was damaged", outcome.Log, StringComparison.Ordinal);
            (stored, back) = (stored + outcome.Sent.Count, back + outcome.Found.Count);
        }

        Measured.Say($"{cuts} losses of power: {stored} events were stored and not acknowledged, all came back; {back - stored} acknowledged a moment before, or not told of yet, came too");
        Assert.NotEqual(0, stored);
    }

    [Fact]
    public void With_normal_durability_a_loss_of_power_takes_the_newest_events_and_never_the_file()
    {
        using var disk = PowerDisk.Mount(megabytes: 512);
        var (cuts, stored, lost, most) = (Nightly.Rounds(20, 500), 0, 0, 0);
        for (var cut = 0; cut < cuts; cut++)
        {
            var outcome = CutWhileWorking(disk, syncsEachWrite: false, seed: cut);
            var gone = outcome.Sent.Except(outcome.Found).ToArray();
            var newest = outcome.Found.DefaultIfEmpty(-1).Max();
            Assert.Empty(gone.Where(number => number < newest).Select(number => $"cut {cut}: event {number} is lost and {newest} is not; {outcome.Log}"));
            (stored, lost, most) = (stored + outcome.Sent.Count, lost + gone.Length, Math.Max(most, gone.Length));
        }

        Measured.Say($"{cuts} losses of power: of {stored} events that were stored and not acknowledged {lost} were lost, {most} at once at most");
        Assert.NotEqual(0, lost); // or the power was not cut: then the test above shows nothing
    }

    /// <summary>Events are stored until the power goes; every other one that can be sent is acknowledged. Then the spool is opened again, read and emptied.</summary>
    private static Outcome CutWhileWorking(PowerDisk disk, bool syncsEachWrite, int seed)
    {
        var random = new Random(seed);
        var path = Path.Combine(disk.Folder, "spool");
        var (sent, number) = (new List<int>(), 0);
        using (var store = SmallSpool.Open(path, new ListLogger(), syncsEachWrite: syncsEachWrite))
        {
            var power = TimeSpan.FromMilliseconds(random.Next(20, 400));
            for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start) < power;)
            {
                for (var last = number + random.Next(Batch); number < last; number++)
                {
                    store.Append(SmallSpool.Message(number, random.Next(300, 3000)));
                }

                Take(store, sent);
                Thread.Sleep(random.Next(3));
            }

            disk.Cut(); // what can be sent from now on is what the failing disk does not take, and is in memory only
        }

        disk.Restore();
        var log = new ListLogger();
        using var after = SmallSpool.Open(path, log, syncsEachWrite: syncsEachWrite);
        int[] found = [.. SmallSpool.Lease(after, after.Count, acknowledge: true).Select(SmallSpool.NumberOf)];
        Assert.True(found.SequenceEqual(found.Distinct().Order()), $"out of order or twice: {string.Join(' ', found)}");
        SmallSpool.WaitUntilWritten(after);
        return new Outcome(sent, found, log.Text);
    }

    /// <summary>What can be sent now: only what is stored can.</summary>
    private static void Take(SpoolEventStore store, List<int> sent)
    {
        while (store.TryLease() is { } lease)
        {
            if (SmallSpool.NumberOf(lease.Message) % 2 == 0)
            {
                store.Acknowledge(lease.Position);
            }
            else
            {
                sent.Add(SmallSpool.NumberOf(lease.Message));
            }
        }
    }

    private sealed record Outcome(IReadOnlyList<int> Sent, IReadOnlyList<int> Found, string Log);
}
