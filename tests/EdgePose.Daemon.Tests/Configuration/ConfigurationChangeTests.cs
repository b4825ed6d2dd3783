using EdgePose.Inference;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Settings;
using EdgePose.Decoding;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class ConfigurationChangeTests
{
    private static readonly CameraConfig Door = new() { Id = "door", Address = "rtsp://192.0.2.1/0", PasswordFile = "door.password" };
    private static readonly CameraConfig Hall = new() { Id = "hall", Address = "rtsp://192.0.2.2/0" };
    private static readonly EdgePoseConfig Before = new() { BaseFolder = "/etc/edgepose", Network = new() { Manifest = "network.json" }, Cameras = [Door, Hall] };

    [Fact]
    public void The_same_again_changes_nothing()
    {
        var again = Before with { Network = new() { Manifest = "network.json" }, Cameras = [Door with { Id = "door" }, Hall] };
        Assert.True(ConfigurationChange.Between(Before, again).IsEmpty);
    }

    [Fact]
    public void Cameras_are_added_changed_and_removed_by_their_id_and_their_order_means_nothing()
    {
        var change = ConfigurationChange.Between(Before, Before with { Cameras = [new() { Id = "yard", Address = "rtsp://192.0.2.3/0" }, Door with { MaxFps = 5 }] });
        Assert.Equal(["yard"], change.CamerasAdded);
        Assert.Equal(["door"], change.CamerasChanged);
        Assert.Equal(["hall"], change.CamerasRemoved);
        Assert.True(ConfigurationChange.Between(Before, Before with { Cameras = [Hall, Door] }).IsEmpty);
    }

    [Fact]
    public void Each_section_that_can_be_changed_while_running_is_told_alone()
    {
        Assert.Equal(new ConfigurationChange { Network = true }, Cleared(Before with { Network = Before.Network with { InputWidthPx = 320 } }));
        Assert.Equal(new ConfigurationChange { Network = true }, Cleared(Before with { Network = Before.Network with { Providers = [ExecutionProvider.Cpu] } }));
        Assert.Equal(new ConfigurationChange { Decoding = true }, Cleared(Before with { Decoding = new DecoderOptions { PeakThreshold = 0.5f } }));
        Assert.Equal(new ConfigurationChange { Batching = true }, Cleared(Before with { Batching = new() { MaxDelayMs = 50 } }));
        Assert.Equal(new ConfigurationChange { Broker = true }, Cleared(Before with { Mqtt = new() { Address = "mqtt://192.0.2.9:1883" } }));
        Assert.Equal(new ConfigurationChange { Rates = true }, Cleared(Before with { Mqtt = new() { PoseMaxRateHertz = 1 } }));
    }

    /// <summary>The network needs a second shape for views; with it, a camera more or less changes that camera alone.</summary>
    [Fact]
    public void The_first_camera_that_is_looked_at_in_views_opens_the_network_again()
    {
        var one = Before with { Cameras = [Door with { Regions = new() { Enabled = true } }, Hall] };
        Assert.True(ConfigurationChange.Between(Before, one).Network);
        Assert.True(ConfigurationChange.Between(one, Before).Network);
        var both = one with { Cameras = [one.Cameras[0], Hall with { Regions = new() { Enabled = true } }] };
        Assert.False(ConfigurationChange.Between(one, both).Network);
        Assert.Equal(["hall"], ConfigurationChange.Between(one, both).CamerasChanged);
    }

    [Fact]
    public void A_file_that_changed_while_its_name_did_not_changes_who_names_it()
    {
        Assert.Equal(["door"], ConfigurationChange.Between(Before, Before, new HashSet<string> { "/etc/edgepose/door.password" }).CamerasChanged);
        Assert.True(ConfigurationChange.Between(Before, Before, new HashSet<string> { "/etc/edgepose/network.json" }).Network);
        Assert.True(ConfigurationChange.Between(Before, Before, new HashSet<string> { "/etc/edgepose/other" }).IsEmpty);
        var secured = Before with { Mqtt = new() { KeyFile = "device.key" } };
        Assert.True(ConfigurationChange.Between(secured, secured, new HashSet<string> { "/etc/edgepose/device.key" }).Broker);
    }

    [Fact]
    public void What_only_the_next_start_takes_over_is_named_and_runs_on_as_before()
    {
        var next = Before with { Device = new() { Id = "other" }, Tracking = new TrackerOptions { MaxHiddenSeconds = 9 }, Mqtt = new() { InFlight = 5, PoseMaxRateHertz = 2 }, Spool = new() { MaxAgeHours = 1 } };
        var change = ConfigurationChange.Between(Before, next);
        Assert.Equal(["$.device", "$.tracking", "$.mqtt.inFlight", "$.spool"], change.RestartNeeded);
        Assert.True(change.Rates);
        var running = ConfigurationChange.Running(Before, next);
        Assert.Equal(Before.Device, running.Device);
        Assert.Equal(Before.Tracking, running.Tracking);
        Assert.Equal((Before.Mqtt.InFlight, 2.0), (running.Mqtt.InFlight, running.Mqtt.PoseMaxRateHertz));
        Assert.Equal(Before.Spool, running.Spool);
    }

    [Fact]
    public void A_password_that_was_renewed_is_seen_by_its_content()
    {
        var folder = Directory.CreateTempSubdirectory("edgepose-files-");
        var file = Path.Combine(folder.FullName, "door.password");
        File.WriteAllText(file, "one");
        var config = Before with { BaseFolder = folder.FullName };
        var before = new ReferencedFiles(config);
        Assert.Empty(new ReferencedFiles(config).DifferentFrom(before));
        File.WriteAllText(file, "two");
        Assert.Equal([file], new ReferencedFiles(config).DifferentFrom(before));
        folder.Delete(recursive: true);
    }

    /// <summary>The change, with arrays that compare by value because they are empty.</summary>
    private static ConfigurationChange Cleared(EdgePoseConfig next)
    {
        var change = ConfigurationChange.Between(Before, next);
        Assert.Empty(change.CamerasAdded.Concat(change.CamerasChanged).Concat(change.CamerasRemoved).Concat(change.RestartNeeded));
        return change with { CamerasAdded = [], CamerasChanged = [], CamerasRemoved = [], ScenesChanged = [], RestartNeeded = [] };
    }
}
