using EdgePose.Daemon.Events;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolLocationTests
{
    [Theory]
    [InlineData(null, null, "/home/me/.local/state/edgepose/shop/door/spool")]
    [InlineData(null, "/state", "/state/edgepose/shop/door/spool")]
    [InlineData(null, "relative/is/ignored", "/home/me/.local/state/edgepose/shop/door/spool")]
    [InlineData("/var/lib/edgepose", "/state", "/var/lib/edgepose/spool")]
    [InlineData("/var/lib/edgepose:/var/lib/other", null, "/var/lib/edgepose/spool")]
    public void The_state_folder_of_the_service_or_of_the_user_holds_it(string? service, string? xdg, string expected)
    {
        string? Environment(string name) => name switch { "STATE_DIRECTORY" => service, "XDG_STATE_HOME" => xdg, "HOME" => "/home/me", _ => null };
        var config = new EdgePoseConfig { Device = new DeviceConfig { Site = "shop", Id = "door" } };
        Assert.Equal((expected, expected + ".db"), SpoolLocation.Of(config, Environment));
    }

    [Theory]
    [InlineData("events", "/etc/edgepose/events", "/etc/edgepose/events.db")]
    [InlineData("events.db", "/etc/edgepose/events", "/etc/edgepose/events.db")] // as a configuration of format version 1 names the file
    [InlineData("/data/events/", "/data/events", "/data/events.db")]
    public void A_configured_path_is_relative_to_the_configuration(string path, string folder, string legacy)
    {
        var config = new EdgePoseConfig { BaseFolder = "/etc/edgepose", Spool = new SpoolConfig { Path = path } };
        Assert.Equal((folder, legacy), SpoolLocation.Of(config, _ => "/elsewhere"));
    }

    [Fact]
    public void The_spool_takes_its_limits_from_the_configuration()
    {
        var config = new EdgePoseConfig { Spool = new SpoolConfig { Path = "/s", MaxMegabytes = 2, MaxAgeHours = 3, Durability = SpoolDurability.Full }, Mqtt = new MqttConfig { InFlight = 4 } };
        var options = EventStores.OptionsOf(config, _ => null);
        Assert.Equal(("/s", 2_000_000, TimeSpan.FromHours(3), 4, true, "/s.db"), (options.Folder, options.MaxBytes, options.MaxAge, options.InFlight, options.SyncsEachWrite, options.LegacyFile));
    }
}
