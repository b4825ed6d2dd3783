using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePose.Delivery.Broker;
using MQTTnet.Server;

namespace EdgePose.Fuzz.Publishing;

/// <summary>Alone: what other tests allocate would count.</summary>
[Collection(nameof(BrokerFuzzTests))]
[CollectionDefinition(nameof(BrokerFuzzTests), DisableParallelization = true)]
public sealed class BrokerFuzzTests
{
    [Fact]
    public async Task After_every_file_of_the_corpus_what_no_broker_acknowledged_arrives_at_the_next()
    {
        await using var target = new BrokerTarget(TimeSpan.FromMilliseconds(50)); // the first packets find the publisher cold
        new Fuzzer(target).RunCorpus();
        await RestArrivesAsync(target);
    }

    [Fact]
    public async Task After_every_mutation_what_no_broker_acknowledged_arrives_at_the_next()
    {
        await using var target = new BrokerTarget(TimeSpan.FromMilliseconds(4));
        new Fuzzer(target).RunMutations();
        await RestArrivesAsync(target);
    }

    private static async Task RestArrivesAsync(BrokerTarget target)
    {
        Assert.NotEqual(0, target.Connected);
        var (publisher, acknowledged) = (target.Rig.Publisher, target.Rig.Publisher.Status.EventsSent);
        Assert.NotEqual(0, acknowledged);
        var arrived = new ConcurrentQueue<int>();
        var port = FreePort();
        using var server = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).WithDefaultEndpointPort(port).Build());
        server.InterceptingPublishAsync += publishing =>
        {
            if (publishing.ApplicationMessage.Topic.EndsWith("/track", StringComparison.Ordinal))
            {
                arrived.Enqueue(int.Parse(Encoding.UTF8.GetString(publishing.ApplicationMessage.Payload), CultureInfo.InvariantCulture));
            }

            return Task.CompletedTask;
        };
        await server.StartAsync();
        publisher.Reconnect(new MqttConfig { Address = $"mqtt://127.0.0.1:{port}" });
        Assert.True(await target.Rig.Until(() => publisher.Status.EventsWaiting == 0), target.Rig.Log.Text);
        await server.StopAsync();

        // In order, once each; of those before some were acknowledged, and the fuzzed broker may have done so out of order.
        Assert.Equal(arrived.Order().Distinct(), arrived);
        Assert.Equal(target.Posted - publisher.Status.EventsDropped, acknowledged + arrived.Count);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
