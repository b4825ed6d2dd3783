using EdgePose.Daemon.Events;
using EdgePose.Daemon.Tests.Spool;
using EdgePose.Delivery.Spool;
using EdgePose.Scene;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Events;

public sealed class SceneJournalTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-journal-");

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);

    private static SpoolEventStore Spool(string path) => new(new SpoolOptions(path, 64_000_000, TimeSpan.FromDays(7), 32), TimeProvider.System, NullLogger.Instance);

    private static SceneEvent Crossing(long totalIn) => new() { Kind = SceneEventKind.LineCrossed, Subject = "door", Detail = "in", TrackId = 1, TotalIn = totalIn };

    private static StoredMessage Message(string id, long total) => new(id, "t/event", "edgepose.event", DateTimeOffset.UnixEpoch, BitConverter.GetBytes(total));

    /// <summary>
    /// Files copied while the writer goes on are what a kill leaves: the kernel keeps what was written. The store goes first, as the journal is written before it.
    /// </summary>
    [Fact]
    public async Task A_kill_at_any_instant_loses_no_count_and_doubles_none()
    {
        var rounds = Nightly.Rounds(20, 200);
        var (random, counted) = (new Random(7), 0L);
        Dictionary<long, string> arrived = [];
        for (var round = 0; round < rounds; round++)
        {
            // The run before was killed: its files are the copies.
            using var store = Spool(At($"{round}"));
            using var journal = new SceneJournal(At($"{round}.scene"));
            counted = journal.TotalsOf("camera").Select(total => total.In).SingleOrDefault();
            foreach (var message in journal.Unsettled)
            {
                store.Append(message);
            }

            using var killed = new CancellationTokenSource();
            Dictionary<long, string> acknowledged = [];
            var broker = Task.Run(() => Deliver(store, acknowledged, killed.Token), TestContext.Current.CancellationToken);
            var pipeline = Task.Run(
                () =>
                {
                    while (!killed.IsCancellationRequested)
                    {
                        var total = counted + 1;
                        var message = Message($"{round}-{total}", total);
                        journal.Record("camera", Crossing(total), message);
                        store.Append(message);
                        Volatile.Write(ref counted, total);
                        Thread.Sleep(2); // 500 crossings a second
                    }
                },
                TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(1, 60), TestContext.Current.CancellationToken);
            lock (acknowledged)
            {
                foreach (var (total, id) in acknowledged)
                {
                    Assert.True(!arrived.TryGetValue(total, out var known) || known == id, $"total {total} came as {known} and {id}");
                    arrived[total] = id;
                }

                Copy(At($"{round}"), At($"{round + 1}"));
                File.Copy(At($"{round}.scene"), At($"{round + 1}.scene"));
            }

            await killed.CancelAsync();
            await Task.WhenAll(broker, pipeline);
        }

        using var last = Spool(At($"{rounds}"));
        using var lastJournal = new SceneJournal(At($"{rounds}.scene"));
        var expected = lastJournal.TotalsOf("camera").Single().In;
        foreach (var message in lastJournal.Unsettled)
        {
            last.Append(message);
        }

        Dictionary<long, string> rest = [];
        using var done = new CancellationTokenSource();
        var draining = Task.Run(() => Deliver(last, rest, done.Token), TestContext.Current.CancellationToken);
        Assert.True(Wait.Until(() => last.Count == 0));
        await done.CancelAsync();
        await draining;
        foreach (var (total, id) in rest)
        {
            Assert.True(!arrived.TryGetValue(total, out var known) || known == id, $"total {total} came as {known} and {id}");
            arrived[total] = id;
        }

        Measured.Say($"{rounds} kills, {expected} crossings");
        Assert.Equal(Enumerable.Range(1, (int)expected).Select(total => (long)total), arrived.Keys.Order());
    }

    [Fact]
    public void Open_states_are_known_after_a_kill_and_not_after_an_end()
    {
        using (var journal = new SceneJournal(At("a")))
        {
            journal.Record("camera", new SceneEvent { Kind = SceneEventKind.ZoneEntered, Subject = "room", TrackId = 4 }, Message("1", 0));
            journal.Record("camera", new SceneEvent { Kind = SceneEventKind.FallSuspected, Subject = "", Detail = "fall", TrackId = 4 }, Message("2", 0));
            journal.Record("camera", new SceneEvent { Kind = SceneEventKind.Renamed, Subject = "", TrackId = 9, FormerTrackId = 4 }, Message("3", 0));
            journal.Record("camera", new SceneEvent { Kind = SceneEventKind.FallRecovered, Subject = "", Detail = "fall", TrackId = 9 }, Message("4", 0));
            File.Copy(At("a"), At("killed"));
            journal.Record("camera", new SceneEvent { Kind = SceneEventKind.ZoneLeft, Subject = "room", TrackId = 9 }, Message("5", 0));
        }

        using (var killed = new SceneJournal(At("killed")))
        {
            Assert.Equal([new OpenState("camera", SceneEventKind.ZoneLeft, "room", 9, "")], killed.Interrupted);
            Assert.Equal(["1", "2", "3", "4"], killed.Unsettled.Select(message => message.Id));
        }

        using var ended = new SceneJournal(At("a"));
        Assert.Empty(ended.Interrupted);
        Assert.Empty(ended.Unsettled);
    }

    [Fact]
    public void A_record_that_a_loss_of_power_cut_short_is_left_out()
    {
        using (var journal = new SceneJournal(At("a")))
        {
            journal.Record("camera", Crossing(1), Message("1", 1));
            File.Copy(At("a"), At("cut"));
        }

        File.AppendAllText(At("cut"), "{\"total\":{\"camera\":\"cam");
        using var cut = new SceneJournal(At("cut"));
        Assert.Equal([("door", 1L, 0L)], cut.TotalsOf("camera"));
        cut.Record("camera", Crossing(2), Message("2", 2));
        Assert.Equal([("door", 2L, 0L)], cut.TotalsOf("camera"));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, "*.seg"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static void Deliver(SpoolEventStore store, Dictionary<long, string> acknowledged, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (store.TryLease() is not { } lease)
            {
                Thread.Sleep(1);
                continue;
            }

            lock (acknowledged)
            {
                acknowledged[BitConverter.ToInt64(lease.Message.Payload)] = lease.Message.Id;
                store.Acknowledge(lease.Position);
            }
        }
    }
}
