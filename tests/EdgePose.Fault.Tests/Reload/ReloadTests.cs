using EdgePose.Daemon.Settings;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Layers;
using EdgePose.Daemon;
using EdgePose.Daemon.Hosting;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests.Reload;

/// <summary>The real daemon is given other configurations while it runs.</summary>
public sealed class ReloadTests
{
    private const double LimitSeconds = 2;
    private const int Cameras = 16;

    private static readonly Dictionary<string, string> Device = new() { [EdgePoseConfiguration.Model.DeviceVariable] = "device" };
    private static readonly string Clip = Repository.File("scenes", "lobby.mp4");

    [Fact]
    public async Task A_valid_change_takes_effect_within_two_seconds_and_the_other_fifteen_cameras_lose_no_frame()
    {
        using var network = new NetworkFolder(); // a network that costs nothing: frames are counted here, not people
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        var ledger = new FrameLedger(recorder);
        using var fleet = new FleetRig(network.Manifest);
        fleet.Release(Document(broker, changed: ""));
        using var daemon = new DaemonProcess(fleet.Current, Device, isAhead: true);
        Assert.True(await Recorder.Until(() => ledger.Cameras.Count == Cameras && ledger.Cameras.Values.All(frames => frames.Count > 10), 120), daemon.Output);
        var (before, decoders, logged) = (Hash(recorder), daemon.Decoders, daemon.Output.Length);
        var flowing = ledger.Cameras.ToDictionary(camera => camera.Key, camera => camera.Value.Count - 1); // what came before the broker was connected had nobody to go to

        var start = TimeProvider.System.GetTimestamp();
        fleet.Release(Document(broker, changed: ", \"latencyMs\": 100"));
        Assert.True(await Recorder.Until(() => Hash(recorder) != before, 30), daemon.Output);
        var took = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Measured.Say($"from the exchange of the link to the retained status: {took:0.00} s");

        var counts = ledger.Cameras.ToDictionary(camera => camera.Key, camera => camera.Value.Count);
        Assert.True(await Recorder.Until(() => ledger.Cameras.All(camera => camera.Value.Count > counts[camera.Key] + 10), 60), daemon.Output);
        foreach (var (camera, frames) in ledger.Cameras.Where(camera => camera.Key != "camera-0"))
        {
            var since = frames[flowing[camera]..];
            Assert.Equal(Enumerable.Range(0, since.Count).Select(i => since[0] + i), since); // every frame that was decoded has its message
            Assert.DoesNotContain($"Camera {camera} is Offline", daemon.Output[logged..], StringComparison.Ordinal);
        }

        Measured.Say($"{ledger.Cameras.Where(camera => camera.Key != "camera-0").Sum(camera => camera.Value.Count - flowing[camera.Key])} frames of the {Cameras - 1} other cameras around the change, none lost");
        Assert.Equal(Cameras - 1, daemon.Decoders.Intersect(decoders).Count());
        Measured.Hold(took, LimitSeconds, "from the exchange of the link to the retained status");
    }

    [Fact]
    public async Task A_bad_change_is_refused_with_all_its_errors_and_cameras_are_untouched()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Camera("lobby")]);
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any() && recorder.Of("status").Any()), daemon.Output);
        var (before, decoders, good) = (Hash(recorder), daemon.Decoders, await File.ReadAllTextAsync(daemon.ConfigurationPath));

        await File.WriteAllTextAsync(daemon.ConfigurationPath, good.Replace("\"mqtt\"", "\"batching\":{\"maxDelayMs\":-1},\n\"mqt\":{},\"mqtt\"", StringComparison.Ordinal));
        string[] errors =
        [
            $"{daemon.ConfigurationPath}:1:{Column(daemon.ConfigurationPath, 0, "-1")}: $.batching.maxDelayMs: -1 is out of range. Write a number from 0 to 1000.",
            $"{daemon.ConfigurationPath}:2:1: $.mqt: there is no key \"mqt\". Did you mean \"mqtt\"?",
        ];
        Assert.True(await Recorder.Until(() => Refused(recorder) is { ValueKind: JsonValueKind.Object }, 10), daemon.Output);
        Assert.Equal(("file", 2), (Refused(recorder).GetProperty("trigger").GetString(), Refused(recorder).GetProperty("errorCount").GetInt32()));
        Assert.Equal(errors, Refused(recorder).GetProperty("errors").EnumerateArray().Select(error => error.GetString()));
        Assert.All(errors, error => Assert.Contains($"Configuration: {error}", daemon.Output, StringComparison.Ordinal));

        var (exit, said) = daemon.Reload();
        Assert.Equal(ExitCodes.Config, exit);
        Assert.All(errors, error => Assert.Contains(error, said, StringComparison.Ordinal));
        daemon.Send(Signals.HangUp);
        Assert.True(await Recorder.Until(() => Refused(recorder).GetProperty("trigger").GetString() == "signal", 10), daemon.Output);
        File.Delete(daemon.ConfigurationPath);
        Assert.True(await Recorder.Until(() => Refused(recorder).GetProperty("errors")[0].GetString()!.Contains("there is no such file", StringComparison.Ordinal), 10), daemon.Output);

        var poses = recorder.Of("pose").Count();
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Count() > poses + 3), daemon.Output);
        Assert.Equal((before, true), (Hash(recorder), daemon.Decoders.SequenceEqual(decoders)));

        await File.WriteAllTextAsync(daemon.ConfigurationPath, good);
        Assert.True(await Recorder.Until(() => Refused(recorder).ValueKind == JsonValueKind.Null, 10), daemon.Output);
        Assert.Equal((before, true), (Hash(recorder), daemon.Decoders.SequenceEqual(decoders)));
        Assert.Equal((0, $"revision {before[..12]} runs: nothing differs from what runs"), (daemon.Reload() is var (code, text) ? (code, text.TrimEnd()) : default));
        Measured.Say($"{errors.Length} of {errors.Length} errors told with file, place and reason in log, status and by 'edgepose reload'; {decoders.Count} decoders untouched");
    }

    [Fact]
    public async Task A_daemon_that_was_started_with_SIGHUP_ignored_says_so_and_is_reloaded_by_command()
    {
        using var daemon = new DaemonProcess(new { address = "mqtt://127.0.0.1:9" }, [Camera("lobby")], ignoresHangUp: true);
        Assert.True(await Recorder.Until(() => daemon.Output.Contains("SIGHUP is ignored", StringComparison.Ordinal) && daemon.Decoders.Count > 0), daemon.Output);
        daemon.Send(Signals.HangUp);
        Assert.Equal(0, daemon.Reload().ExitCode);
        Assert.Null(daemon.ExitCode(0.1));
    }

    [Fact]
    public async Task A_network_whose_file_comes_after_its_manifest_is_taken_when_it_is_there()
    {
        using var broker = new Mosquitto();
        using var next = new NetworkFolder();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Camera("lobby")]);
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Any() && recorder.Of("status").Any()), daemon.Output);
        var (late, before) = (next.Onnx + ".late", Hash(recorder));
        File.Move(next.Onnx, late);
        var config = JsonNode.Parse(await File.ReadAllTextAsync(daemon.ConfigurationPath))!;
        config["network"]!["manifest"] = next.Manifest;
        await File.WriteAllTextAsync(daemon.ConfigurationPath, config.ToJsonString());
        Assert.True(await Recorder.Until(() => Refused(recorder) is { ValueKind: JsonValueKind.Object }, 10), daemon.Output);
        var refusals = daemon.Output.Split("is refused").Length;
        await Task.Delay(TimeSpan.FromSeconds(6)); // it is looked for once at least, and nothing is said
        Assert.Equal((before, refusals), (Hash(recorder), daemon.Output.Split("is refused").Length));

        File.Move(late, next.Onnx);
        Assert.True(await Recorder.Until(() => Refused(recorder).ValueKind == JsonValueKind.Null && Hash(recorder) != before, 20), daemon.Output);
    }

    [Fact]
    public async Task A_change_of_the_brokers_settings_loses_no_event()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        object[] cameras = [Camera("one"), Camera("two")];
        using var daemon = new DaemonProcess(new { address = broker.Address, trackUpdateIntervalSeconds = 0.1, keepAliveSeconds = 15 }, cameras);
        Assert.True(await Recorder.Until(() => Tracks(recorder, "start").Length > 3), daemon.Output);
        var text = await File.ReadAllTextAsync(daemon.ConfigurationPath);
        const int Changes = 8;
        for (var i = 1; i <= Changes; i++)
        {
            var before = Hash(recorder);
            await File.WriteAllTextAsync(daemon.ConfigurationPath, text.Replace("\"keepAliveSeconds\":15", $"\"keepAliveSeconds\":{15 + i}", StringComparison.Ordinal));
            var connections = i + 1; // the next change waits for the connection of this one, so that each is one reconnect
            Assert.True(await Recorder.Until(() => Hash(recorder) != before && Connections(daemon) == connections, 60), daemon.Output);
        }

        var starts = Tracks(recorder, "start").Length;
        Assert.True(await Recorder.Until(() => Tracks(recorder, "start").Length > starts + 3), daemon.Output);
        var last = Status(recorder);
        daemon.Send(Signals.Terminate);
        Assert.Equal(0, daemon.ExitCode());
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);

        var (began, ended) = (Tracks(recorder, "start"), Tracks(recorder, "end"));
        Measured.Say($"{recorder.Of("track").Count()} events over {Changes} reconnects; {began.Distinct().Count()} tracks began and {ended.Distinct().Count()} ended");
        Assert.Equal(began.Distinct().Order(), ended.Distinct().Order());
        foreach (var camera in began.Distinct().GroupBy(track => track.Camera))
        {
            Assert.Equal(Enumerable.Range(1, camera.Count()).Select(id => (long)id), camera.Select(track => track.Id).Order()); // ids count up, so a start that is missing is a gap
        }

        Assert.Equal(0, last.GetProperty("eventsDropped").GetInt64());
        Assert.Equal(Changes + 1, Connections(daemon));
    }

    private static int Connections(DaemonProcess daemon) => daemon.Output.Split("Connected to the broker").Length - 1;

    [Fact]
    public async Task A_daemon_is_reached_by_its_configuration_and_one_that_is_not_there_is_told_of()
    {
        using var broker = new Mosquitto();
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Camera("lobby")]);
        Assert.True(await Recorder.Until(() => daemon.Output.Contains("runs on Cpu", StringComparison.Ordinal)), daemon.Output);
        var text = await File.ReadAllTextAsync(daemon.ConfigurationPath);
        await File.WriteAllTextAsync(daemon.ConfigurationPath, text.Replace("\"cameras\"", "\"tracking\":{\"confirmFrames\":4},\"cameras\"", StringComparison.Ordinal).Replace("\"loop\":true", "\"loop\":true,\"priority\":2", StringComparison.Ordinal));
        var (exit, said) = daemon.Reload();
        Assert.Equal(0, exit);
        Assert.Contains("cameras added 0, changed 1, removed 0", daemon.Output, StringComparison.Ordinal); // by the command, or by the change of the file just before it
        Assert.Contains("only the next start takes over: $.tracking", said, StringComparison.Ordinal);

        daemon.Send(Signals.Terminate);
        Assert.Equal(0, daemon.ExitCode());
        Assert.Equal(ExitCodes.Unavailable, daemon.Reload().ExitCode);
    }

    private static object Camera(string id) => new { id, address = Clip, loop = true, maxFps = 5 }; // it is not inference that is tried here

    private static string Document(Mosquitto broker, string changed)
    {
        // Live cameras of ten frames a second, without loss: every frame that is decoded must come out at the other end, so a gap in the numbers is a lost frame.
        const string Pipeline = "videotestsrc is-live=true pattern=ball ! video/x-raw,format=BGRx,width=64,height=64,framerate=10/1 ! appsink name=frames";
        var cameras = Enumerable.Range(0, Cameras).Select(i => $"    \"camera-{i}\": {{ \"address\": \"{Clip}\", \"pipeline\": \"{Pipeline}\", \"pace\": \"asFastAsPossible\"{(i == 0 ? changed : "")} }}");
        return $"{{\n  \"mqtt\": {{ \"address\": \"{broker.Address}\", \"poseMaxRateHertz\": 0 }},\n  \"cameras\": {{\n{string.Join(",\n", cameras)}\n  }}\n}}\n";
    }

    private static int Column(string file, int line, string text) => File.ReadAllLines(file)[line].IndexOf(text, StringComparison.Ordinal) + 1;

    private static string Hash(Recorder recorder) => Status(recorder).GetProperty("configurationHash").GetString()!;

    private static JsonElement Refused(Recorder recorder) => Status(recorder).GetProperty("configurationRefused");

    private static JsonElement Status(Recorder recorder) => JsonDocument.Parse(recorder.Of("status").Last()).RootElement;

    private static (string Camera, long Id)[] Tracks(Recorder recorder, string kind) =>
    [
        .. recorder.Messages.Where(message => message.Topic.EndsWith("/track", StringComparison.Ordinal)).Select(message => (Camera: message.Topic.Split('/')[^2], Event: JsonDocument.Parse(message.Payload).RootElement))
            .Where(message => message.Event.GetProperty("kind").GetString() == kind).Select(message => (message.Camera, message.Event.GetProperty("trackId").GetInt64())),
    ];
}
