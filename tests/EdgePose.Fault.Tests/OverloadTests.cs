using System.Text.Json;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using NJsonSchema;

namespace EdgePose.Fault.Tests;

/// <summary>More is asked than the machine can serve: what is given up is given up step by step, and told.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task Steps_are_taken_one_by_one_told_in_the_status_and_undone_when_there_is_ease()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        var lobby = new CameraConfig { Id = "lobby", Address = Repository.File("scenes", "lobby.mp4"), Loop = true };
        var config = LiveDaemonRig.Config(broker.Address, lobby, lobby with { Id = "yard" });
        await using var rig = new LiveDaemonRig(config with
        {
            // More is asked than two cameras send, and of four times the pixels that a quick machine once served wholly: only who loses frames is overloaded.
            Overload = new OverloadConfig
            {
                Steps = [OverloadStep.FewerFrames, OverloadStep.ShallowerExit, OverloadStep.SmallerInput], MinInferencesPerSecond = 30, ReducedFps = 30,
                ShallowerManifest = "models/edgepose-s.json", InputScale = 0.6, RaiseAfterSeconds = 1, LowerAfterSeconds = 1, MaxFrameAgeSeconds = 10,
            },
            Network = config.Network with { InputWidthPx = 912, InputHeightPx = 512 },
        });
        Assert.True(await Recorder.Until(() => Steps(recorder) == "fewerFrames,shallowerExit,smallerInput"), rig.Log.Text);
        Assert.Contains("\"id\":\"edgepose-s\"", recorder.Of("status").Last(), StringComparison.Ordinal);
        Assert.Equal(["", "fewerFrames", "fewerFrames,shallowerExit", "fewerFrames,shallowerExit,smallerInput"], recorder.Of("status").Where(IsOnline).Select(StepsOf).Distinct());
        Assert.Contains("FewerFrames is taken, because a camera gets", rig.Log.Text, StringComparison.Ordinal);

        await rig.Live.ApplyAsync(rig.Live.Running with { Cameras = [lobby with { MaxFps = 0.5 }] }, TestContext.Current.CancellationToken);
        Assert.True(await Recorder.Until(() => Steps(recorder).Length == 0), rig.Log.Text);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"id\":\"edgepose-v0\"", StringComparison.Ordinal), 15), rig.Log.Text);
        Assert.InRange(rig.Log.Text.Split("is undone").Length - 1, 3, int.MaxValue); // a busy machine may take one again
        var schema = await JsonSchema.FromFileAsync(Repository.File("docs", "events", "status.schema.json"), TestContext.Current.CancellationToken);
        Assert.All(recorder.Of("status"), status => Assert.Empty(schema.Validate(status)));
    }

    [Fact]
    public async Task Heat_keeps_the_cameras_of_low_priority_back_and_no_other_and_lets_them_go_when_it_has_passed()
    {
        const double rate = 4;
        var zone = Directory.CreateTempSubdirectory("edgepose-thermal-").CreateSubdirectory("thermal_zone0");
        void Write(string name, string text) => File.WriteAllText(Path.Combine(zone.FullName, name), text + "\n");
        Write("type", "gpu-thermal");
        Write("trip_point_0_type", "passive");
        Write("trip_point_0_temp", "99000");
        Write("temp", "60000");
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        var door = new CameraConfig { Id = "door", Address = Repository.File("scenes", "lobby.mp4"), Loop = true, MaxFps = rate, Priority = 2 };
        var config = LiveDaemonRig.Config(broker.Address, door, door with { Id = "yard", Priority = 1 });
        await using var rig = new LiveDaemonRig(
            config with
            {
                // A small network, so that a busy machine has ease too.
                Network = config.Network with { Manifest = Repository.File("models", "edgepose-s-int8.json"), InputWidthPx = 264, InputHeightPx = 152 },
                Overload = new OverloadConfig { MinInferencesPerSecond = 0.1, MaxFrameAgeSeconds = 60, ReducedFps = 1, RaiseAfterSeconds = 1, LowerAfterSeconds = 1 },
            },
            thermal: new ThermalZones(zone.Parent!.FullName));
        DateTimeOffset[] Poses(string camera) =>
            [.. recorder.Messages.Where(message => message.Topic.EndsWith($"/{camera}/pose", StringComparison.Ordinal)).Select(message => JsonDocument.Parse(message.Payload).RootElement.GetProperty("capturedAt").GetDateTimeOffset())];

        // One inference a second is what a camera that is kept back gets; seven in a row of one that is not lie closer together somewhere, however busy the machine is.
        const int row = 7;
        const double keptBackSeconds = row - 2.5;
        double Shortest(string camera, int from) => Poses(camera)[from..] is { Length: >= row } poses ? poses.Skip(row - 1).Zip(poses, (last, first) => (last - first).TotalSeconds).Min() : double.MaxValue;
        Assert.True(await Recorder.Until(() => Shortest("yard", 0) < keptBackSeconds), rig.Log.Text);

        Write("temp", "97500");
        Assert.True(await Recorder.Until(() => Steps(recorder) == "fewerFrames"), rig.Log.Text);
        Assert.Contains("\"reason\":\"gpu-thermal is at 97.5 C, and throttles at 99.0 C\"", recorder.Of("status").Last(), StringComparison.Ordinal);
        var (door0, yard0) = (Poses("door").Length, Poses("yard").Length + 2); // what was on its way
        Assert.True(await Recorder.Until(() => Shortest("door", door0) < keptBackSeconds && Poses("yard").Length >= yard0 + row + 2), rig.Log.Text);
        var (hotDoor, hotYard) = (Shortest("door", door0), Shortest("yard", yard0));
        Measured.Say($"hot: {row} inferences of the camera of low priority within {hotYard:0.0} s at least (1 a second allowed), of the other within {hotDoor:0.0} s ({rate:0} a second allowed)");
        Assert.True(hotYard >= keptBackSeconds, $"{row} inferences within {hotYard:0.0} s");

        Write("temp", "60000");
        Assert.True(await Recorder.Until(() => Steps(recorder).Length == 0), rig.Log.Text);
        var cool = Poses("yard").Length;
        Assert.True(await Recorder.Until(() => Shortest("yard", cool) < keptBackSeconds), rig.Log.Text);
        zone.Parent!.Delete(recursive: true);
    }

    [Fact]
    public async Task A_shallower_network_that_was_exchanged_for_one_of_another_skeleton_is_left_out_and_poses_go_on()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var other = new NetworkFolder(new OnnxWriter(8, 1).Input("image", -1, 3, -1, -1).Output("heat", 18).ToArray(), manifest =>
        {
            manifest["skeleton"] = "coco-17";
            manifest["exits"]![0]!.AsObject().Remove("pafs");
        });
        var config = LiveDaemonRig.Config(broker.Address, new CameraConfig { Id = "lobby", Address = Repository.File("scenes", "lobby.mp4"), Loop = true });

        // As after a reload that refused it: what lies there is not what was checked.
        await using var rig = new LiveDaemonRig(config with
        {
            Overload = new OverloadConfig { Steps = [OverloadStep.ShallowerExit], ShallowerManifest = other.Manifest, RaiseAfterSeconds = 1, MaxFrameAgeSeconds = 0.05 },
            Network = config.Network with { InputWidthPx = 912, InputHeightPx = 512 }, // a quick machine once served 456x256 within 50 ms
        });
        Assert.True(await Recorder.Until(() => rig.Log.Text.Contains("ShallowerExit cannot be taken and is left out from now on", StringComparison.Ordinal)), rig.Log.Text);
        Assert.Contains("the network for overload has the skeleton 'coco-17', but edgepose-v0 has 'coco-18'", rig.Log.Text, StringComparison.Ordinal);
        var poses = recorder.Of("pose").Count();
        Assert.True(await Recorder.Until(() => recorder.Of("pose").Count() > poses + 10), rig.Log.Text);
        Assert.Equal(2, rig.Log.Text.Split("cannot be taken").Length);
    }

    private static bool IsOnline(string status) => status.Contains("\"online\"", StringComparison.Ordinal);

    private static string Steps(Recorder recorder) => recorder.Of("status").LastOrDefault(IsOnline) is { } status ? StepsOf(status) : "none";

    private static string StepsOf(string status)
    {
        using var json = JsonDocument.Parse(status);
        return string.Join(',', json.RootElement.GetProperty("overload").GetProperty("steps").EnumerateArray().Select(step => step.GetString()));
    }
}
