using System.Diagnostics;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Fault.Tests.Publishing;

namespace EdgePose.Fault.Tests.Spool;

/// <summary>The whole daemon, killed at random instants, with the broker there or away: what its spool held arrives.</summary>
public sealed class DaemonKillTests
{
    private const int Window = 32;
    private static readonly object Lobby = Camera("lobby"); // few frames a second: what is killed are events, and inference would only slow the starts
    private static readonly object Second = Camera("second");

    [Fact]
    public async Task Every_event_that_was_spooled_arrives_however_often_the_daemon_is_killed()
    {
        var rounds = Nightly.Rounds(10, 1000);
        var random = new Random(20);
        var state = Directory.CreateTempSubdirectory("edgepose-kills-").FullName;
        using var broker = new Mosquitto(keeps: true);
        await using var ledger = new PersistentLedger(broker.Address);
        HashSet<string> spooled = [];
        List<double> ready = [];
        var mostDoubles = 0;
        for (var round = 0; round < rounds; round++)
        {
            var away = round % 2 == 1; // every other time the broker is away, so that the spool fills
            using var systemd = new NotifySocket(Patience.Span);
            var doubles = ledger.Doubles;
            using var daemon = Start(away ? "mqtt://127.0.0.1:9" : broker.Address, state, systemd);
            var watch = Stopwatch.StartNew();
            if (random.Next(4) > 0) // else it is killed while it starts
            {
                Assert.True(systemd.Hears(message => message == "READY=1"), daemon.Output); // network warm, spool open
                ready.Add(watch.Elapsed.TotalSeconds);
                var opened = DateTime.UtcNow;
                Assert.True(await Recorder.Until(() => Directory.GetFiles(Path.Combine(state, "spool"), "*.seg").Any(file => File.GetLastWriteTimeUtc(file) > opened)), daemon.Output); // an event has come, or left
            }

            await Task.Delay(random.Next(2500), TestContext.Current.CancellationToken);
            daemon.Send(Signals.Kill);
            daemon.ExitCode();
            Assert.DoesNotContain("was damaged", daemon.Output, StringComparison.Ordinal);
            spooled.UnionWith(Held(state));
            mostDoubles = Math.Max(mostDoubles, ledger.Doubles - doubles);
        }

        var before = ledger.Doubles;
        using (var last = Start(broker.Address, state))
        {
            Assert.True(await Recorder.Until(() => spooled.IsSubsetOf(ledger.Arrived.Select(arrival => arrival.Id))), $"lost: {string.Join(' ', spooled.Except(ledger.Arrived.Select(arrival => arrival.Id)))}\n{last.Output}");
            Assert.True(await Recorder.Until(() => last.Output.Contains("Connected to the broker", StringComparison.Ordinal)), last.Output);
            last.Send(Signals.Terminate);
            Assert.Equal(0, last.ExitCode());
        }

        mostDoubles = Math.Max(mostDoubles, ledger.Doubles - before);
        ready.Sort();
        Measured.Say(
            $"{rounds} kills: {spooled.Count} events were in the spool at a kill, {ledger.Arrived.Count} arrived in all, {ledger.Doubles} of them again, at most {mostDoubles} after a kill; ready after {ready[ready.Count / 2]:0.0} s (median), {ready[^1]:0.0} s (slowest)");
        Assert.NotEmpty(spooled);
        Assert.Empty(Held(state));
        Assert.Empty(ledger.Misordered());
        Assert.InRange(mostDoubles, 0, Window);
        Measured.Hold(ready[ready.Count / 2], 5, "ready (median)");
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task A_second_daemon_on_the_same_spool_ends_with_the_reason_and_the_first_runs_on()
    {
        var state = Directory.CreateTempSubdirectory("edgepose-two-").FullName;
        using var broker = new Mosquitto();
        using var first = Start(broker.Address, state);
        Assert.True(await Recorder.Until(() => first.Output.Contains("undelivered events from earlier runs", StringComparison.Ordinal)), first.Output);
        using var second = Start(broker.Address, state);
        Assert.Equal(69, second.ExitCode());
        Assert.Contains($"in use by process {first.Id}", second.Output, StringComparison.Ordinal);
        Assert.Null(first.ExitCode(0.1));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_in_log_and_status_with_what_to_do_and_the_daemon_runs_from_memory()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var daemon = Start(broker.Address, "/proc/edgepose"); // a folder that nobody can make
        Assert.True(await Recorder.Until(() => recorder.Of("track").Any()), daemon.Output);
        Assert.Contains("events wait in memory, and a restart loses them. Make room on the disk", daemon.Output, StringComparison.Ordinal);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Any(IsTold)), recorder.Summary);

        static bool IsTold(string status) => status.Contains("\"medium\":\"memory\",\"fault\":\"the spool /proc/edgepose/spool cannot be used", StringComparison.Ordinal)
            && status.Contains("is tried again every 10 s", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_whose_folder_can_be_made_only_later_takes_over_while_the_daemon_runs_and_a_kill_costs_and_misorders_nothing_that_it_holds()
    {
        var state = Path.Combine(Directory.CreateTempSubdirectory("edgepose-late-").FullName, "state");
        await File.WriteAllTextAsync(state, "where the folder should be", TestContext.Current.CancellationToken);
        using var broker = new Mosquitto();
        await using var ledger = new PersistentLedger(broker.Address);
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        Assert.True(await Recorder.Until(() => ledger.IsSubscribed));
        using (var daemon = Start(broker.Address, state))
        {
            Assert.True(await Recorder.Until(() => ledger.Arrived.Count > 20), daemon.Output);
            Assert.True(await Recorder.Until(() => recorder.Of("status").Any(status => status.Contains("\"medium\":\"memory\",\"fault\":\"the spool", StringComparison.Ordinal))), recorder.Summary);
            File.Delete(state);
            Assert.True(await Recorder.Until(() => daemon.Output.Contains("events from earlier runs", StringComparison.Ordinal)), daemon.Output);
            var before = ledger.Arrived.Count;
            Assert.True(await Recorder.Until(() => ledger.Arrived.Count > before + 20), daemon.Output);
            Assert.True(await Recorder.Until(() => recorder.Of("status").Any(status => status.Contains("\"medium\":\"disk\",\"fault\":\"\"", StringComparison.Ordinal))), recorder.Summary);
            daemon.Send(Signals.Kill);
            daemon.ExitCode();
        }

        var held = Held(state);
        using var last = Start(broker.Address, state);
        Assert.True(await Recorder.Until(() => held.All(id => ledger.Arrived.Any(arrival => arrival.Id == id)) && ledger.Arrived.Select(arrival => Boot(arrival.Id)).Distinct().Count() == 2), last.Output);
        Assert.Empty(ledger.Misordered());
        Assert.InRange(ledger.Doubles, 0, Window);

        static string Boot(string id) => id[..id.LastIndexOf('-')];
    }

    private static object Camera(string id) => new { id, address = Repository.File("scenes", "lobby.mp4"), loop = true, maxFps = 5 };

    private static DaemonProcess Start(string broker, string state, NotifySocket? systemd = null) => new(
        new { address = broker, inFlight = Window, trackUpdateIntervalSeconds = .1 }, [Lobby, Second],
        environment: new() { ["STATE_DIRECTORY"] = state, ["NOTIFY_SOCKET"] = systemd?.Address ?? string.Empty });

    /// <summary>The ids in the spool of a daemon that is dead, read from a copy.</summary>
    private static List<string> Held(string state)
    {
        var path = Path.Combine(state, "spool");
        if (!Directory.Exists(path))
        {
            return []; // killed before it had one
        }

        var copy = Directory.CreateTempSubdirectory("edgepose-copy-");
        foreach (var file in Directory.GetFiles(path, "*.seg"))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        }

        using var log = new SpoolLog(new SpoolOptions(copy.FullName, 64_000_000, TimeSpan.FromDays(7), Window));
        List<string> ids = [.. log.Read(long.MinValue, int.MaxValue, []).Select(entry => entry.Message.Id)];
        copy.Delete(recursive: true);
        return ids;
    }
}
