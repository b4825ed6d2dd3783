using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EdgePose.Delivery.Broker;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>
/// A subscriber whose session outlives the broker: it connects again by itself, and gets with QoS 1 what came meanwhile. It keeps the id of every event in the order of
/// arrival. What the broker itself delivers again (DUP) is the broker's doubling and is left out.
/// </summary>
internal sealed class PersistentLedger : IAsyncDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly IMqttPacketFormatter formatter = MqttPacketFormatterAdapter.GetMqttPacketFormatter(MqttProtocolVersion.V500, new MqttBufferWriter(4096, 65535));
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private volatile bool isSubscribed;

    /// <param name="address">The broker's.</param>
    /// <param name="isKept">Whether the broker keeps its session; else it has QoS 0 and gets what comes while it is connected: the broker hands that to the socket before it acknowledges it to the
    /// publisher, and the kernel delivers it even when the broker is killed then.</param>
    public PersistentLedger(string address, bool isKept = true)
    {
        client.InspectPacketAsync += inspected =>
        {
            if (inspected.Direction == MqttPacketFlowDirection.Inbound && inspected.Buffer[0] >> 4 == (int)MqttControlPacketType.Publish)
            {
                Take(inspected.Buffer);
            }

            return Task.CompletedTask;
        };
        var options = BrokerOptions.Create(new MqttConfig { Address = address, ClientId = $"ledger-{Guid.NewGuid():N}" }, new BrokerTerms(MqttVersion.V5), will: null, subscribes: true);
        (options.CleanSession, options.SessionExpiryInterval) = isKept ? (false, 86_400u) : (true, 0u);
        running = RunAsync(options, isKept ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce);
    }

    public ConcurrentQueue<(string Topic, string Id)> Arrived { get; } = [];

    public bool IsConnected => client.IsConnected;

    /// <summary>Whether it gets what comes from now on.</summary>
    public bool IsSubscribed => isSubscribed && client.IsConnected;

    /// <summary>Ids that came more than once, each as often as it came again.</summary>
    public int Doubles => Arrived.Count - Arrived.Select(arrival => arrival.Id).Distinct().Count();

    /// <summary>Topics whose events, each at its first arrival, did not come in the order of their sequence within a boot.</summary>
    public IEnumerable<string> Misordered() => Arrived.DistinctBy(arrival => arrival.Id).GroupBy(arrival => (arrival.Topic, Boot: arrival.Id[..arrival.Id.LastIndexOf('-')]))
        .Where(group => !group.Select(arrival => SequenceOf(arrival.Id)).SequenceEqual(group.Select(arrival => SequenceOf(arrival.Id)).Order())).Select(group => $"{group.Key}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        client.Dispose();
        stop.Dispose();
    }

    private static long SequenceOf(string id) => long.Parse(id[(id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    /// <summary>As it comes off the socket: MQTTnet hands messages on from a queue, and forgets what is in that when the connection ends.</summary>
    private void Take(byte[] packet)
    {
        var body = 2;
        while ((packet[body - 1] & 0x80) != 0)
        {
            body++; // the length takes up to four bytes
        }

        if (formatter.Decode(new ReceivedMqttPacket(packet[0], new ArraySegment<byte>(packet, body, packet.Length - body), packet.Length)) is MqttPublishPacket { Dup: false } message
            && message.Topic.EndsWith("/track", StringComparison.Ordinal))
        {
            Arrived.Enqueue((message.Topic, Encoding.UTF8.GetString(message.UserProperties.First(property => property.Name == "id").ValueBuffer.Span)));
        }
    }

    private async Task RunAsync(MqttClientOptions options, MqttQualityOfServiceLevel quality)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!client.IsConnected)
                {
                    isSubscribed = false;
                    await client.ConnectAsync(options, stop.Token);
                    await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/#", quality).Build(), stop.Token);
                    isSubscribed = true;
                }

                await Task.Delay(50, stop.Token);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                await Task.Delay(50, CancellationToken.None); // the broker is away
            }
        }
    }
}
