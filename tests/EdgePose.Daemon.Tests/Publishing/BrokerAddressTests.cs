using System.Net;
using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("mqtt://broker", "broker", 1883, null)]
    [InlineData("mqtts://broker.example", "broker.example", 8883, null)]
    [InlineData("wss://[2001:db8::1]/mqtt", "2001:db8::1", 443, null)]
    [InlineData("mqtt://[fe80::1%25eth0]:1884", "fe80::1", 1884, "eth0")] // as RFC 6874 writes it
    [InlineData("mqtt://[fe80::1%eth0]:1884", "fe80::1", 1884, "eth0")] // as people do
    [InlineData("mqtts://[fe80::1%252]", "fe80::1", 8883, "2")]
    [InlineData("ws://[fe80::1%25]/mqtt", "fe80::1", 80, "25")]
    public void An_address_is_taken_apart(string address, string host, int port, string? zone)
    {
        var parts = BrokerAddress.Of(address);
        Assert.Equal((host, port, zone), (parts.Host, parts.Port, parts.Zone));
    }

    [Fact]
    public void A_zone_becomes_the_interface_of_the_end_point()
    {
        var end = Assert.IsType<IPEndPoint>(BrokerAddress.Of("mqtt://[fe80::1%25lo]:1884").EndPoint());
        Assert.NotEqual(0, end.Address.ScopeId);
        Assert.Equal("mqtt://[fe80::1%lo]:1884/", BrokerAddress.Shown("mqtt://[fe80::1%25lo]:1884"));
    }

    [Fact]
    public void A_zone_that_this_machine_lacks_is_named() =>
        Assert.Contains("no network interface nosuch9", Assert.Throws<NoSuchZoneException>(() => BrokerAddress.Of("mqtt://[fe80::1%25nosuch9]").EndPoint()).Message, StringComparison.Ordinal);
}
