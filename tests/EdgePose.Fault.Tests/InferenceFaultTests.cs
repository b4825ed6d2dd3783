using System.Diagnostics;
using System.Globalization;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Inference;

namespace EdgePose.Fault.Tests;

/// <summary>Inference that fails or hangs: a network that is well until the camera shows it a white picture, in the real runtime. TensorRT and CUDA cannot be had here: what they do when they fail is not proved.</summary>
public sealed class InferenceFaultTests : IDisposable
{
    private static readonly Dictionary<string, object> SmallInput = new() { ["inputWidthPx"] = 64, ["inputHeightPx"] = 64, ["maxBatch"] = 1 };
    private readonly PictureLoop pictures = new(greys: 20, whites: 5);

    [Theory]
    [InlineData("fallback")]
    [InlineData("stop")]
    public void When_no_provider_is_left_the_daemon_ends_with_the_reason_and_a_code_that_lets_it_be_started_again(string policy)
    {
        using var folder = new NetworkFolder(Failing());
        using var daemon = new DaemonProcess(
            new { address = "mqtt://127.0.0.1:9" }, [Camera()], manifest: folder.Manifest, network: new(SmallInput) { ["onProviderFailure"] = policy });
        Assert.Equal(ExitCodes.Software, daemon.ExitCode());
        Assert.Contains("the network failed on Cpu", daemon.Output, StringComparison.Ordinal);
        Assert.Contains("out of data bounds", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_fails_gives_way_to_the_next_while_cameras_go_on_and_the_status_says_so()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var failing = new NetworkFolder(Failing());
        using var well = new NetworkFolder(new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).Output("heat", 19).Output("paf", 38).ToArray());
        var asked = new List<NetworkPlan>();
        var config = LiveDaemonRig.Config(broker.Address, new CameraConfig { Id = "door", Address = pictures.Folder, Loop = true });
        config = config with { Network = config.Network with { Manifest = failing.Manifest, InputWidthPx = 64, InputHeightPx = 64, Providers = [ExecutionProvider.Cpu, ExecutionProvider.Cuda] } };

        // The one seam: the second provider of this list is not in the build, so a network that is well stands for it, opened for the plan that the daemon made.
        await using var rig = new LiveDaemonRig(config, (plan, _) =>
        {
            asked.Add(plan);
            var manifest = NetworkManifest.Load(well.Manifest);
            return PoseNetwork.Open(manifest, plan.Shape, plan.Options with { Providers = [ExecutionProvider.Cpu], Failed = [] });
        });
        Assert.True(await Recorder.Until(() => rig.Log.Text.Contains("The next providers are tried", StringComparison.Ordinal)), rig.Log.Text);
        var known = recorder.Of("pose").Count();
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Count() > known + 20), rig.Log.Text);
        var plan = Assert.Single(asked);
        Assert.Equal(ExecutionProvider.Cpu, Assert.Single(plan.Options.Failed).Provider);
        Assert.Equal(1, rig.Log.Text.Split('\n').Count(line => line.Contains("Camera door is Running", StringComparison.Ordinal)));
        Assert.Contains("1 frames were left out, because the network failed while it ran", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("not finite", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hang_ends_the_daemon_within_the_limit_without_systemd_and_leaves_no_decoder_behind()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var folder = new NetworkFolder(Hanging());
        using var daemon = new DaemonProcess(
            new { address = broker.Address }, [Camera()], manifest: folder.Manifest, network: new(SmallInput) { ["hangLimitSeconds"] = 3 });
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any()), daemon.Output);
        var start = Stopwatch.GetTimestamp();
        var decoders = daemon.Decoders;
        Assert.Equal(ExitCodes.Software, daemon.ExitCode());
        Measured.Hold(Stopwatch.GetElapsedTime(start).TotalSeconds, 30, "ended after the first pose");
        Measured.Say($"ended {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s after the first pose (the white picture comes 2 s after it, the limit is 3 s)");
        Assert.Contains("network.hangLimitSeconds", daemon.Output, StringComparison.Ordinal);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);
        Assert.True(await Recorder.Until(() => decoders.All(id => !Directory.Exists($"/proc/{id}")), 5), "a decoder child outlived the daemon");
    }

    [Theory]
    [InlineData(new[] { Signals.Terminate, Signals.Terminate }, 143)]
    [InlineData(new[] { Signals.Terminate, Signals.Interrupt }, 130)]
    public async Task A_stop_does_not_wait_for_a_hang_for_more_than_ten_seconds_however_often_it_is_asked_for(int[] signals, int code)
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var folder = new NetworkFolder(Hanging());
        using var daemon = new DaemonProcess(
            new { address = broker.Address }, [Camera()], manifest: folder.Manifest, network: new(SmallInput) { ["hangLimitSeconds"] = 3600 });
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any()), daemon.Output);
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken); // the white picture comes 2 s after the first
        foreach (var signal in signals)
        {
            daemon.Send(signal);
            await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        }

        Assert.Equal(code, EndOf(daemon));
        Assert.DoesNotContain("Unhandled exception", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hang_starves_systemds_watchdog_so_that_the_daemon_is_started_again_within_30_seconds()
    {
        const double watchdogSeconds = 10; // half of what the unit asks for, whose arithmetic is held by SystemdUnitTests
        using var systemd = new NotifySocket(TimeSpan.FromSeconds(watchdogSeconds));
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var folder = new NetworkFolder(Hanging());
        using var daemon = new DaemonProcess(
            new { address = broker.Address }, [Camera()], manifest: folder.Manifest, network: new(SmallInput) { ["hangLimitSeconds"] = 3600 },
            environment: new() { ["NOTIFY_SOCKET"] = systemd.Address, ["WATCHDOG_USEC"] = ((long)(watchdogSeconds * 1e6)).ToString(CultureInfo.InvariantCulture) });
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any()), daemon.Output);
        var firstPose = Stopwatch.GetTimestamp();
        var lastSign = firstPose;
        while (Stopwatch.GetElapsedTime(lastSign).TotalSeconds < watchdogSeconds && Stopwatch.GetElapsedTime(firstPose) < Patience.Span)
        {
            lastSign = systemd.Receive() == "WATCHDOG=1" ? Stopwatch.GetTimestamp() : lastSign;
        }

        daemon.Send(Signals.Kill); // as systemd does when the limit has passed
        var restart = Stopwatch.GetElapsedTime(firstPose).TotalSeconds - 2; // the white picture comes 2 s after the first
        Measured.Say($"systemd with WatchdogSec={watchdogSeconds:0} starts it again {restart:0.0} s after the hang began");
        Assert.True(Stopwatch.GetElapsedTime(firstPose) < Patience.Span, "the watchdog is fed although the network hangs");
        Measured.Hold(restart, 30, "started again after the hang began");
        Assert.Contains("the watchdog gets no sign of life", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fallback_that_hangs_ends_the_daemon_in_order_after_the_limit_so_that_it_is_started_again()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var failing = new NetworkFolder(Failing());
        using var release = new ManualResetEventSlim();
        var config = LiveDaemonRig.Config(broker.Address, new CameraConfig { Id = "door", Address = pictures.Folder, Loop = true });
        config = config with { Network = config.Network with { Manifest = failing.Manifest, InputWidthPx = 64, InputHeightPx = 64, OpenLimitSeconds = 1, Providers = [ExecutionProvider.Cpu, ExecutionProvider.Cuda] } };

        // The second provider of this list is not in the build: one that does not come back stands for it, as a lost GPU would.
        var rig = new LiveDaemonRig(config, (_, _) =>
        {
            release.Wait();
            throw new NetworkException("released by the test");
        });
        var failure = await Assert.ThrowsAsync<NetworkRunException>(() => rig.Ended.WaitAsync(Patience.Span));
        Assert.Equal(ExecutionProvider.Cpu, failure.Provider);
        Assert.Contains("was not open and warm after 1 s (network.openLimitSeconds)", rig.Log.Text, StringComparison.Ordinal);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);
        Assert.True(rig.Live.HasLeftBehind); // so that the process does not wait for it
        await Assert.ThrowsAsync<NetworkRunException>(() => rig.DisposeAsync().AsTask());
        release.Set();
        Assert.True(await Recorder.Until(() => !rig.Live.HasLeftBehind, 10));
    }

    [Fact]
    public void A_network_that_hangs_while_it_is_opened_at_the_start_ends_the_daemon_after_the_limit_so_that_it_is_started_again()
    {
        using var hanging = new NetworkFolder(HangingAtItsProof());
        using var daemon = new DaemonProcess(new { address = "mqtt://127.0.0.1:9" }, [Camera()], manifest: hanging.Manifest, network: new(SmallInput) { ["openLimitSeconds"] = 2 });
        Assert.Equal(ExitCodes.Software, daemon.ExitCode());
        Assert.Contains("was not open and warm after 2 s (network.openLimitSeconds)", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_network_that_is_being_opened()
    {
        using var hanging = new NetworkFolder(HangingAtItsProof());
        using var systemd = new NotifySocket(TimeSpan.FromSeconds(5));
        using var daemon = new DaemonProcess(
            new { address = "mqtt://127.0.0.1:9" }, [Camera()], manifest: hanging.Manifest, network: new(SmallInput), environment: new() { ["NOTIFY_SOCKET"] = systemd.Address });
        using var process = Process.GetProcessById(daemon.Id);
        Assert.True(await Recorder.Until(() =>
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds > 8; // a start takes two or three: the proof runs
        }), daemon.Output);
        daemon.Send(Signals.Terminate);
        Assert.Equal(ExitCodes.Ok, EndOf(daemon));
        Assert.False(systemd.Hears(message => message == "READY=1"), daemon.Output);
        Assert.Contains("the process ends without waiting for it", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_hangs_while_it_is_opened_is_refused_after_the_limit_and_the_one_that_runs_runs_on()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var well = new NetworkFolder();
        using var hanging = new NetworkFolder(HangingAtItsProof());
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Camera()], manifest: well.Manifest, network: new(SmallInput) { ["openLimitSeconds"] = 2 });
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any() && recorder.Of("status").Any()), daemon.Output);
        var good = await File.ReadAllTextAsync(daemon.ConfigurationPath);

        await File.WriteAllTextAsync(daemon.ConfigurationPath, good.Replace(well.Manifest, hanging.Manifest, StringComparison.Ordinal));
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("was not open and warm after 2 s (network.openLimitSeconds)", StringComparison.Ordinal)), daemon.Output);
        var poses = recorder.Of("pose").Count();
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Count() > poses + 20), daemon.Output);

        // One is left behind and no more; what needs no other network is taken over as always.
        await File.WriteAllTextAsync(daemon.ConfigurationPath, good.Replace("\"maxBatch\":1", "\"maxBatch\":2", StringComparison.Ordinal));
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("the opening of an earlier one hangs still", StringComparison.Ordinal)), daemon.Output);
        await File.WriteAllTextAsync(daemon.ConfigurationPath, good.Replace("\"loop\":true", "\"loop\":true,\"priority\":1", StringComparison.Ordinal));
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"configurationRefused\":null", StringComparison.Ordinal)), daemon.Output);
        Assert.Null(daemon.ExitCode(0));

        daemon.Send(Signals.Terminate);
        Assert.Equal(ExitCodes.Ok, EndOf(daemon));
        Assert.Contains("the process ends without waiting for it", daemon.Output, StringComparison.Ordinal);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);
    }

    public void Dispose() => pictures.Dispose();

    private static byte[] Failing() => new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).FailingOutput("heat", 19).Output("paf", 38).ToArray();

    private static byte[] Hanging() => new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).HangingOutput("heat", 19).Output("paf", 38).ToArray();

    /// <summary>Hangs on a grey picture, which a network is proved with.</summary>
    private static byte[] HangingAtItsProof() => new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).HangingOutput("heat", 19, limit: 100).Output("paf", 38).ToArray();

    /// <summary>The exit code; at night within what the unit allows a stop.</summary>
    private static int? EndOf(DaemonProcess daemon)
    {
        var start = Stopwatch.GetTimestamp();
        var code = daemon.ExitCode();
        Measured.Hold(Stopwatch.GetElapsedTime(start).TotalSeconds, 15, "stopped");
        return code;
    }

    private object Camera() => new { id = "door", address = pictures.Folder, loop = true };
}
