using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Reload;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Reload;

/// <summary>The real daemon is started with files that are at fault: what ran last runs again.</summary>
public sealed class LastGoodTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-last-good-").FullName;

    private string Configuration => Path.Combine(folder, "edgepose.json");

    private string Kept => Path.Combine(folder, "last-good.json");

    private Dictionary<string, string> Service => new() { ["STATE_DIRECTORY"] = folder };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_start_with_a_broken_file_runs_the_last_good_one_tells_so_and_takes_the_file_once_it_is_mended()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        var good = Document(broker);
        await File.WriteAllTextAsync(Configuration, good);
        var before = await RunAndStopAsync(recorder);

        // A wrong value and an unknown key; what a power cut leaves of a file would be one error.
        await File.WriteAllTextAsync(Configuration, good.Replace("\"cameras\"", "\"batching\":{\"maxDelayMs\":-1},\n\"mqt\":{},\"cameras\"", StringComparison.Ordinal));
        using var systemd = new NotifySocket(TimeSpan.FromMinutes(1));
        var poses = recorder.Of("pose").Count();
        using var daemon = new DaemonProcess(Configuration, new(Service) { ["NOTIFY_SOCKET"] = systemd.Address });
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Count() > poses + 3), daemon.Output);
        Assert.True(await Recorder.Until(() => Refused(recorder) is { ValueKind: JsonValueKind.Object }, 10), recorder.Summary);
        string[] reasons = ["$.batching.maxDelayMs: -1 is out of range", "$.mqt: there is no key \"mqt\""];
        var errors = Refused(recorder).GetProperty("errors").EnumerateArray().Select(error => error.GetString()!).ToArray();
        Assert.Equal(("start", 2, before), (Refused(recorder).GetProperty("trigger").GetString(), Refused(recorder).GetProperty("errorCount").GetInt32(), Hash(recorder)));
        Assert.All(reasons.Zip(errors), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Contains($"Configuration: {error}", daemon.Output, StringComparison.Ordinal));
        Assert.Contains($"the last good one, revision {before[..12]}, runs until it is corrected", daemon.Output, StringComparison.Ordinal);
        Assert.True(systemd.Hears(told => told.Contains("1 of 1 cameras running", StringComparison.Ordinal) && told.Contains("configuration refused (2 errors, in the log)", StringComparison.Ordinal)));

        await File.WriteAllTextAsync(Configuration, good.Replace("\"maxFps\":10", "\"maxFps\":9", StringComparison.Ordinal));
        Assert.True(await Recorder.Until(() => Refused(recorder).ValueKind == JsonValueKind.Null && Hash(recorder) != before, 10), daemon.Output);
        Assert.True(await Recorder.Until(() => File.ReadAllText(Kept).Contains("\"maxFps\": 9", StringComparison.Ordinal), 10), daemon.Output);
    }

    [Fact]
    public async Task A_start_with_a_broken_network_runs_the_last_good_one_and_takes_the_network_once_its_file_is_there()
    {
        using var broker = new Mosquitto();
        using var network = new NetworkFolder();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        await File.WriteAllTextAsync(Configuration, Document(broker));
        var before = await RunAndStopAsync(recorder);

        var late = network.Onnx + ".late";
        File.Move(network.Onnx, late);
        var next = JsonNode.Parse(Document(broker))!;
        next["network"]!["manifest"] = network.Manifest;
        await File.WriteAllTextAsync(Configuration, next.ToJsonString());
        var poses = recorder.Of("pose").Count();
        using var daemon = new DaemonProcess(Configuration, Service);
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Count() > poses + 3 && Refused(recorder) is { ValueKind: JsonValueKind.Object }), daemon.Output);
        Assert.Equal(("start", before), (Refused(recorder).GetProperty("trigger").GetString(), Hash(recorder)));
        Assert.Contains(network.Onnx, Refused(recorder).GetProperty("errors")[0].GetString(), StringComparison.Ordinal);

        File.Move(late, network.Onnx);
        Assert.True(await Recorder.Until(() => Refused(recorder).ValueKind == JsonValueKind.Null && Hash(recorder) != before, 20), daemon.Output);
    }

    [Fact]
    public async Task Without_a_last_good_configuration_or_with_one_that_is_no_longer_valid_the_daemon_ends_with_78_and_tells_of_both()
    {
        await File.WriteAllTextAsync(Configuration, "{ \"cameras\": [ }");
        Assert.Contains("there is no last good configuration", Refuse(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Kept, "{ \"baseFolder\": \"/\", \"configuration\": { \"version\": 0 } }");
        Assert.Contains($"{Kept}:1:", Refuse(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_keeps_the_last_good_configuration_as_it_was_and_is_told()
    {
        using var disk = SmallDisk.Mount(kilobytes: 256);
        var kept = new LastGoodConfiguration(Path.Combine(disk.Folder, "last-good.json"), "one", "host");
        var config = LiveDaemonRig.Config("mqtt://127.0.0.1:9", new CameraConfig { Id = "lobby", Address = Repository.File("scenes", "lobby.mp4") });
        var log = new ListLogger();
        kept.Keep(config, log);
        disk.Fill();
        kept.Keep(config with { Cameras = [.. config.Cameras, new CameraConfig { Id = "yard", Address = "rtsp://host/" }] }, log);
        Assert.Contains("could not be kept as the last good one", Assert.Single(log.Text.Split('\n')), StringComparison.Ordinal);
        Assert.Equal(ConfigurationHash.Of(config), ConfigurationHash.Of(kept.Read().Config!));
        Assert.Equal(2, Directory.GetFiles(disk.Folder).Length); // it, and what fills the disk: nothing half written
    }

    /// <summary>Lets a daemon run until it has kept its configuration, and stops it.</summary>
    /// <returns>The hash of the configuration.</returns>
    private async Task<string> RunAndStopAsync(Recorder recorder)
    {
        using var daemon = new DaemonProcess(Configuration, Service);
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any() && recorder.Of("status").Any() && File.Exists(Kept)), daemon.Output);
        var hash = Hash(recorder);
        daemon.Send(Signals.Terminate);
        Assert.Equal(0, daemon.ExitCode());
        return hash;
    }

    private string Refuse()
    {
        using var daemon = new DaemonProcess(Configuration, Service);
        Assert.Equal(ExitCodes.Config, daemon.ExitCode());
        Assert.Contains($"{Configuration}:1:", daemon.Output, StringComparison.Ordinal);
        return daemon.Output;
    }

    private static string Document(Mosquitto broker) => JsonSerializer.Serialize(new
    {
        device = new { site = "test", id = "device" },
        network = new { manifest = Repository.File("models", "edgepose-v0.json"), providers = new[] { "cpu" } },
        mqtt = new { address = broker.Address },
        cameras = new[] { new { id = "lobby", address = Repository.File("scenes", "lobby.mp4"), loop = true, maxFps = 10 } },
    });

    private static string Hash(Recorder recorder) => Status(recorder).GetProperty("configurationHash").GetString()!;

    private static JsonElement Refused(Recorder recorder) => Status(recorder).GetProperty("configurationRefused");

    private static JsonElement Status(Recorder recorder) => JsonDocument.Parse(recorder.Of("status").Last()).RootElement;
}
