using System.Globalization;
using System.Text.Json;
using EdgePose.Daemon.Configuration;
using EdgePose.Inference.Tests;
using NJsonSchema;

namespace EdgePose.Fault.Tests;

/// <summary>More cameras than the machine can serve, and less memory than it would like: the promises hold, and what is given up is told.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task Thirty_two_cameras_each_get_their_share_of_fresh_inferences_and_memory_stays_bounded()
    {
        const int cameras = 32;
        using var pictures = new PictureLoop(greys: 10, whites: 0);
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });

        // A small network at a small size, which still cannot do the 320 frames a second that come; and nothing given up, so that it is the fair shares that are measured.
        using var daemon = new DaemonProcess(
            new { address = broker.Address }, [.. Enumerable.Range(0, cameras).Select(i => new { id = $"camera-{i}", address = pictures.Folder, loop = true })],
            manifest: Repository.File("models", "edgepose-s.json"), network: new() { ["inputWidthPx"] = 264, ["inputHeightPx"] = 152 }, overload: new { enabled = false });
        Assert.True(await Recorder.Until(() => Counts(recorder, "framesInferred").Count(count => count > 20) == cameras, 240), daemon.Output);

        var (before, lostBefore, posesBefore, statusBefore) = (Counts(recorder, "framesInferred"), Counts(recorder, "framesSuperseded").Sum(), recorder.Messages.Count, recorder.Of("status").Count());
        var (start, memory) = (TimeProvider.System.GetTimestamp(), ResidentMegabytes(daemon.Id));
        Assert.True(await Recorder.Until(() => recorder.Of("status").Count() >= statusBefore + 3), recorder.Summary); // three reports: 30 s
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var lost = Counts(recorder, "framesSuperseded").Sum() - lostBefore;
        double[] rates = [.. Counts(recorder, "framesInferred").Zip(before, (now, then) => (now - then) / seconds)];
        var oldest = recorder.Messages.Skip(posesBefore).Where(message => message.Topic.EndsWith("/pose", StringComparison.Ordinal)).Max(message => Property(message.Payload, "latencyMs"));
        var (growth, mean) = (ResidentMegabytes(daemon.Id) - memory, rates.Average());
        Measured.Say($"{cameras} cameras for {seconds:0} s: {mean:0.00} inferences a second each, least {rates.Min():0.00}, most {rates.Max():0.00} ({100 * (rates.Min() / mean - 1):0.0} % to {100 * (rates.Max() / mean - 1):+0.0} %); {lost / seconds:0} more a second could not be served; oldest frame {oldest:0} ms; resident {memory:0} MB {growth:+0.0;-0.0} MB");
        Assert.True(lost > 0, "this machine serves them all: no overload was made");
        Assert.True(rates.Min() >= 1);
        Assert.All(rates, rate => Assert.InRange(rate / mean, 0.9, 1.1));
        Assert.True(oldest <= 1000);
        Assert.True(growth < 32, $"resident memory grew by {growth:0.0} MB");
    }

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

        await rig.Live.ApplyAsync(rig.Live.Running with { Cameras = [lobby with { MaxFps = 1 }] }, TestContext.Current.CancellationToken);
        Assert.True(await Recorder.Until(() => Steps(recorder).Length == 0), rig.Log.Text);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"id\":\"edgepose-v0\"", StringComparison.Ordinal), 15), rig.Log.Text);
        Assert.Equal(3, rig.Log.Text.Split("is undone").Length - 1);
        var schema = await JsonSchema.FromFileAsync(Repository.File("docs", "events", "status.schema.json"), TestContext.Current.CancellationToken);
        Assert.All(recorder.Of("status"), status => Assert.Empty(schema.Validate(status)));
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

    [Fact]
    public async Task At_rated_load_the_daemon_and_its_decoders_live_in_512_megabytes()
    {
        const int minimumSeconds = 40;
        using var group = MemoryGroup.TryMake(512L << 20, out var reason);
        Assert.SkipWhen(group is null, reason);
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        object Camera(int number) => new { id = $"camera-{number}", address = Repository.File("scenes", "lobby.mp4"), loop = true };
        using var daemon = new DaemonProcess(new { address = broker.Address }, [Camera(0), Camera(1)], manifest: Repository.File("models", "edgepose-l.json"), memoryGroup: group);
        Assert.True(await Recorder.Until(() => Counts(recorder, "framesInferred").Count(count => count > 10) == 2, 120), daemon.Output);
        await Task.Delay(TimeSpan.FromSeconds(minimumSeconds), TestContext.Current.CancellationToken);
        Measured.Say($"two cameras on edgepose-l at 456x256, batches of 4, for {minimumSeconds} s: {group!.AnonymousBytes >> 20} MB that cannot be given back, peak {group.PeakBytes >> 20} MB of 512 with the page cache, {group.Killed} killed");
        Assert.Equal(0, group.Killed);
        Assert.Null(daemon.ExitCode(0));
        Assert.DoesNotContain("Offline", daemon.Output, StringComparison.Ordinal);
    }

    /// <summary>A counter of each camera, as the last status tells.</summary>
    private static long[] Counts(Recorder recorder, string name)
    {
        if (recorder.Of("status").LastOrDefault() is not { } status)
        {
            return [];
        }

        using var json = JsonDocument.Parse(status);
        return [.. json.RootElement.GetProperty("cameras").EnumerateArray().Select(camera => camera.GetProperty(name).GetInt64())];
    }

    private static bool IsOnline(string status) => status.Contains("\"online\"", StringComparison.Ordinal);

    private static string Steps(Recorder recorder) => recorder.Of("status").LastOrDefault(IsOnline) is { } status ? StepsOf(status) : "none";

    private static string StepsOf(string status)
    {
        using var json = JsonDocument.Parse(status);
        return string.Join(',', json.RootElement.GetProperty("overload").GetProperty("steps").EnumerateArray().Select(step => step.GetString()));
    }

    private static double Property(string payload, string name)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.GetProperty(name).GetDouble();
    }

    private static double ResidentMegabytes(int process) =>
        double.Parse(File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
