using System.Text.Json;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;

namespace EdgePose.Fault.Tests.Reload;

/// <summary>A network that does not fit the rest of the configuration is refused by a start and by a reload, as by <c>config check</c> and <c>doctor</c>.</summary>
public sealed class PlanRefusalTests : IDisposable
{
    private readonly NetworkFolder coco17 = new(change: manifest => manifest["skeleton"] = "coco-17");

    private static CameraConfig Lobby => new() { Id = "lobby", Address = Repository.File("scenes", "lobby.mp4"), Loop = true };

    public void Dispose() => coco17.Dispose();

    [Fact]
    public void A_start_without_a_last_good_configuration_ends_with_78()
    {
        var file = Path.Combine(coco17.Folder, "edgepose.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            network = new { manifest = coco17.Manifest, providers = new[] { "cpu" } },
            mqtt = new { address = "mqtt://127.0.0.1:9" },
            cameras = new[] { new { id = "lobby", address = Lobby.Address } },
        }));
        using var daemon = new DaemonProcess(file, new() { ["STATE_DIRECTORY"] = coco17.Folder });
        Assert.Equal(ExitCodes.Config, daemon.ExitCode());
        Assert.Contains("has no keypoint neck", daemon.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(coco17.Folder, "last-good.json")));
    }

    [Fact]
    public async Task A_reload_is_refused_and_nothing_changes()
    {
        await using var rig = new LiveDaemonRig(LiveDaemonRig.Config("mqtt://127.0.0.1:9", Lobby));
        var before = rig.Live.Running;
        var next = before with { Network = before.Network with { Manifest = coco17.Manifest }, Cameras = [Lobby, Lobby with { Id = "yard" }] };
        var fault = await Assert.ThrowsAsync<NetworkException>(() => rig.Live.ApplyAsync(next, TestContext.Current.CancellationToken));
        Assert.Contains("has no keypoint neck", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.Same(before, rig.Live.Running);
    }

    [Fact]
    public async Task A_reload_to_a_network_of_another_skeleton_waits_for_the_next_start_with_its_network_for_overload()
    {
        await using var rig = new LiveDaemonRig(LiveDaemonRig.Config("mqtt://127.0.0.1:9", Lobby));
        var before = rig.Live.Running;
        var next = before with
        {
            Network = before.Network with { Manifest = coco17.Manifest },
            Output = new OutputConfig { Skeleton = Skeletons.Coco17 },
            Overload = before.Overload with { Steps = [OverloadStep.ShallowerExit], ShallowerManifest = coco17.Manifest },
        };
        var change = await rig.Live.ApplyAsync(next, TestContext.Current.CancellationToken);
        Assert.Equal(["$.output", "$.network", "$.overload"], change.RestartNeeded);
        Assert.Equal((before.Network, before.Overload), (rig.Live.Running.Network, rig.Live.Running.Overload));
    }
}
