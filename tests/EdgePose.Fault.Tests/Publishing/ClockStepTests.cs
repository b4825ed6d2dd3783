using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>The daemon's wall clock steps by ten days while events wait: more than they may wait. libfaketime makes it, and leaves the monotonic clock alone.</summary>
public sealed class ClockStepTests
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    private static readonly object Lobby = new { id = "lobby", address = Repository.File("scenes", "lobby.mp4"), loop = true, maxFps = 5 }; // few frames a second: it is not inference that is tried here

    [Fact]
    public async Task A_step_of_the_wall_clock_drops_no_event_and_moves_no_time_out()
    {
        Assert.SkipUnless(File.Exists(Library), $"libfaketime is not installed ({Library}); scripts/install-native.sh --tests brings it");
        var clock = Path.GetTempFileName();
        await File.WriteAllTextAsync(clock, "+0", TestContext.Current.CancellationToken);
        using var broker = new Mosquitto(keeps: true);
        await using var ledger = new PersistentLedger(broker.Address);
        using var daemon = new DaemonProcess(new { address = broker.Address, trackUpdateIntervalSeconds = .2 }, [Lobby], environment: new()
        {
            ["LD_PRELOAD"] = Library, ["FAKETIME_TIMESTAMP_FILE"] = clock, ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        });
        Assert.True(await Recorder.Until(() => ledger.Arrived.Count > 3), daemon.Output);

        await Step("+864000");
        var then = ledger.Arrived.Count;
        Assert.True(await Recorder.Until(() => ledger.Arrived.Count > then + 5, 20), daemon.Output);
        Assert.DoesNotContain("No connection", daemon.Output, StringComparison.Ordinal);

        broker.Kill();
        Assert.True(await Recorder.Until(() => daemon.Output.Contains("No connection", StringComparison.Ordinal)), daemon.Output);
        await Task.Delay(3000, TestContext.Current.CancellationToken);
        await Step("+0"); // back
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await Step("+1728000");
        await Task.Delay(1500, TestContext.Current.CancellationToken); // the spool looks for old ones every second
        broker.Start();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        Assert.True(await Recorder.Until(() => recorder.Of("status").Any(status => status.Contains("\"eventsDropped\":0", StringComparison.Ordinal) && status.Contains("\"aged\":0", StringComparison.Ordinal))), daemon.Output + recorder.Summary);
        then = ledger.Arrived.Count;
        Assert.True(await Recorder.Until(() => ledger.Arrived.Count > then + 10, 20), daemon.Output);
        Assert.Empty(ledger.Misordered());
        Assert.DoesNotContain("events were dropped", daemon.Output, StringComparison.Ordinal);
        File.Delete(clock);

        async Task Step(string offset) => await File.WriteAllTextAsync(clock, offset, TestContext.Current.CancellationToken);
    }
}
