using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Tests.Configuration;

public sealed class ClientIdsTests
{
    [Fact]
    public void Two_different_devices_never_share_a_client_id()
    {
        string[] names = ["a", "b", "a-b", "b-c", "a-", "a--", "a--b", "a-b-c", "b-", "a_b", "a-b-", "a---b"];
        var ids = names.SelectMany(site => names.Select(device => Of(site, device))).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("shop", "door-1", "edgepose-shop-door-1")]
    [InlineData("shop-12", "door-1", "edgepose-shop--12-door-1")]
    public void The_id_can_be_told_from_site_and_device(string site, string device, string id) => Assert.Equal(id, Of(site, device));

    [Theory]
    [InlineData("thing-{device}", "thing-door")]
    [InlineData("{site}/{device}", "shop/door")]
    [InlineData("fixed", "fixed")]
    public void A_configured_id_is_used_with_the_names_of_this_device_in_it(string configured, string id) => Assert.Equal(id, Of("shop", "door", configured));

    private static string Of(string site, string device, string? configured = null) =>
        new EdgePoseConfig { Device = new DeviceConfig { Site = site, Id = device }, Mqtt = new MqttConfig { ClientId = configured } }.ResolvedMqtt().ClientId!;
}
