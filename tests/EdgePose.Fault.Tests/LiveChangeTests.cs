using System.Diagnostics;
using System.Text.Json;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Networks;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fault.Tests;

/// <summary>The rooms of the daemon on real decoders, the real runtime and real brokers, given another configuration while frames flow.</summary>
public sealed class LiveChangeTests
{
    private static readonly CameraConfig Lobby = new() { Id = "lobby", Address = Repository.File("scenes", "lobby.mp4"), Loop = true, MaxFps = 5 }; // few frames a second: it is not inference that is tried here

    [Fact]
    public async Task A_camera_is_added_and_removed_while_the_others_go_on_and_its_retained_state_is_taken_back()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        await using var rig = new LiveDaemonRig(broker.Address, Lobby);
        Assert.True(await Recorder.Until(() => Poses(recorder, "lobby").Length > 3), rig.Log.Text);
        var stop = TestContext.Current.CancellationToken;

        await rig.Live.ApplyAsync(rig.Live.Running with { Cameras = [Lobby, Lobby with { Id = "yard" }] }, stop);
        Assert.True(await Recorder.Until(() => Tracks(recorder, "yard", "start").Any()), rig.Log.Text);
        await rig.Live.ApplyAsync(rig.Live.Running with { Cameras = [Lobby] }, stop);
        Assert.True(await Recorder.Until(() => StateOf(recorder, "yard").Length == 0, 10), recorder.Summary);
        Assert.Empty(Tracks(recorder, "yard", "start").Except(Tracks(recorder, "yard", "end")));
        await using (var later = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address }))
        {
            Assert.True(await Recorder.Until(() => later.Messages.Any(message => message.Topic.EndsWith("/lobby/state", StringComparison.Ordinal)), 10), later.Summary);
            Assert.DoesNotContain(later.Messages, message => message.Topic.Contains("/yard/", StringComparison.Ordinal));
        }

        // Comes back: ids and frame numbers go on, so that no id means two people.
        var (lastId, lastFrame) = (Tracks(recorder, "yard", "start").Max(), Poses(recorder, "yard").Max());
        var known = recorder.Messages.Count;
        await rig.Live.ApplyAsync(rig.Live.Running with { Cameras = [Lobby, Lobby with { Id = "yard" }] }, stop);
        Assert.True(await Recorder.Until(() => Tracks(recorder, "yard", "start").Max() > lastId), recorder.Summary);
        Assert.All(recorder.Messages.Skip(known).Where(message => message.Topic.EndsWith("/yard/pose", StringComparison.Ordinal)), message => Assert.True(Sequence(message.Payload) > lastFrame));

        var lobby = Poses(recorder, "lobby");
        Assert.Equal(lobby.Order(), lobby);
        Assert.DoesNotContain("Camera lobby is Offline", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_network_takes_over_after_its_warm_up_and_tracks_keep_their_ids()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        await using var rig = new LiveDaemonRig(broker.Address, Lobby);
        Assert.True(await Recorder.Until(() => Tracks(recorder, "lobby", "start").Any()), rig.Log.Text);
        var network = rig.Live.Running.Network with { Manifest = Repository.File("models", "edgepose-s.json"), InputWidthPx = 328, InputHeightPx = 184, Exit = "initial" };
        var change = await rig.Live.ApplyAsync(rig.Live.Running with { Network = network }, TestContext.Current.CancellationToken);
        Assert.True(change.Network);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"id\":\"edgepose-s\"", StringComparison.Ordinal), 10), recorder.Summary);
        var poses = Poses(recorder, "lobby").Length;
        Assert.True(await Recorder.Until(() => Poses(recorder, "lobby").Length > poses + 5), rig.Log.Text);
        var starts = Tracks(recorder, "lobby", "start").ToArray();
        Assert.Equal(starts.Distinct(), starts);
        Assert.Equal(1, rig.Log.Text.Split('\n').Count(line => line.Contains("Camera lobby is Running", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_network_that_is_at_fault_is_refused_within_a_second_and_nothing_of_the_change_is_made()
    {
        using var broker = new Mosquitto();
        await using var rig = new LiveDaemonRig(broker.Address, Lobby);
        var before = rig.Live.Running;
        var folder = Directory.CreateTempSubdirectory("edgepose-cut-");
        var manifest = Path.Combine(folder.FullName, "edgepose-s.json");
        File.Copy(Repository.File("models", "edgepose-s.json"), manifest);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "edgepose-s.onnx"), (await File.ReadAllBytesAsync(Repository.File("models", "edgepose-s.onnx")))[..1_000_000]);
        var next = before with { Network = before.Network with { Manifest = manifest }, Cameras = [Lobby, Lobby with { Id = "yard" }] };
        var start = Stopwatch.GetTimestamp();
        var fault = await Assert.ThrowsAsync<Inference.NetworkException>(() => rig.Live.ApplyAsync(next, TestContext.Current.CancellationToken));
        var took = Stopwatch.GetElapsedTime(start);
        Measured.Say($"refused after {took.TotalSeconds:0.00} s");
        Assert.Contains("cut short", fault.Message, StringComparison.Ordinal);
        Measured.Hold(took.TotalSeconds, 1, "refused");
        Assert.Same(before, rig.Live.Running);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Another_broker_gets_every_event_that_the_one_before_did_not_acknowledge()
    {
        using var first = new Mosquitto();
        using var second = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = second.Address });
        await using var rig = new LiveDaemonRig(first.Address, Lobby);
        Assert.True(await Recorder.Until(() => rig.Log.Text.Contains($"Connected to the broker {first.Address}", StringComparison.Ordinal)), rig.Log.Text);
        first.Kill(); // from now on nothing is acknowledged
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var next = rig.Live.Running with { Mqtt = rig.Live.Running.Mqtt with { Address = second.Address } };
        var start = Stopwatch.GetTimestamp();
        Assert.True((await rig.Live.ApplyAsync(next, TestContext.Current.CancellationToken)).Broker);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Any(status => status.Contains("\"online\"", StringComparison.Ordinal)), 10), rig.Log.Text);
        Measured.Say($"online at the other broker after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
        Assert.True(await Recorder.Until(() => Tracks(recorder, "lobby", "end").Any() || Tracks(recorder, "lobby", "start").Any()), recorder.Summary);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last() is var last && last.Contains("\"eventsDropped\":0", StringComparison.Ordinal) && last.Contains("\"eventsWaiting\":0", StringComparison.Ordinal), 30), recorder.Summary);
    }

    [Fact]
    public async Task A_stop_waits_for_no_network_that_is_being_opened()
    {
        using var broker = new Mosquitto();
        await using var recorder = await Recorder.OpenAsync(new MqttConfig { Address = broker.Address });
        using var release = new ManualResetEventSlim();
        var opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rig = new LiveDaemonRig(LiveDaemonRig.Config(broker.Address, Lobby), (plan, progress) =>
        {
            opening.SetResult();
            release.Wait();
            return NetworkOpener.Open(plan, progress);
        });
        Assert.True(await Recorder.Until(() => Tracks(recorder, "lobby", "start").Any()), rig.Log.Text);
        var change = rig.Live.ApplyAsync(rig.Live.Running with { Network = rig.Live.Running.Network with { MaxBatch = 1 } }, TestContext.Current.CancellationToken);
        await opening.Task;

        await rig.DisposeAsync().AsTask().WaitAsync(Patience.Span);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
        Assert.True(await Recorder.Until(() => recorder.Of("status").Last().Contains("\"offline\"", StringComparison.Ordinal), 10), recorder.Summary);
        Assert.Empty(Tracks(recorder, "lobby", "start").Except(Tracks(recorder, "lobby", "end")));
        Assert.True(rig.Live.HasLeftBehind);
        release.Set();
        Assert.True(await Recorder.Until(() => !rig.Live.HasLeftBehind)); // it came after all, and is freed
    }

    private static string StateOf(Recorder recorder, string camera) =>
        recorder.Messages.LastOrDefault(message => message.Topic.EndsWith($"/{camera}/state", StringComparison.Ordinal)).Payload ?? "none";

    private static long[] Poses(Recorder recorder, string camera) =>
        [.. recorder.Messages.Where(message => message.Topic.EndsWith($"/{camera}/pose", StringComparison.Ordinal)).Select(message => Sequence(message.Payload))];

    private static long Sequence(string payload)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.GetProperty("sequence").GetInt64();
    }

    private static IEnumerable<long> Tracks(Recorder recorder, string camera, string kind) =>
        recorder.Messages.Where(message => message.Topic.EndsWith($"/{camera}/track", StringComparison.Ordinal)).Select(message => JsonDocument.Parse(message.Payload).RootElement)
            .Where(track => track.GetProperty("kind").GetString() == kind).Select(track => track.GetProperty("trackId").GetInt64());
}
