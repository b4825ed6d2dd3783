using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Spool;

namespace EdgePose.Daemon.Tests.Spool;

public sealed class SpoolLocationTests
{
    [Theory]
    [InlineData(null, null, "/home/me/.local/state/edgepose/shop/door/spool.db")]
    [InlineData(null, "/state", "/state/edgepose/shop/door/spool.db")]
    [InlineData(null, "relative/is/ignored", "/home/me/.local/state/edgepose/shop/door/spool.db")]
    [InlineData("/var/lib/edgepose", "/state", "/var/lib/edgepose/spool.db")]
    [InlineData("/var/lib/edgepose:/var/lib/other", null, "/var/lib/edgepose/spool.db")]
    public void The_state_folder_of_the_service_or_of_the_user_holds_it(string? service, string? xdg, string expected)
    {
        string? Environment(string name) => name switch { "STATE_DIRECTORY" => service, "XDG_STATE_HOME" => xdg, "HOME" => "/home/me", _ => null };
        var config = new EdgePoseConfig { Device = new DeviceConfig { Site = "shop", Id = "door" } };
        Assert.Equal(expected, SpoolLocation.Of(config, Environment));
    }

    [Fact]
    public void A_configured_path_is_relative_to_the_configuration()
    {
        var config = new EdgePoseConfig { BaseFolder = "/etc/edgepose", Spool = new SpoolConfig { Path = "events.db" } };
        Assert.Equal("/etc/edgepose/events.db", SpoolLocation.Of(config, _ => "/elsewhere"));
    }
}
