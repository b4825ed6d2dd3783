using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using EdgePose.Daemon.Events;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>A subscriber that keeps all that it receives: the payloads of tracks, and whatever is retained.</summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly BrokerClient client = new(subscribes: true);

    public ConcurrentQueue<string> Payloads { get; } = [];

    public static Task<Ledger> OpenAsync(string address) => OpenAsync(new MqttConfig { Address = address });

    public static async Task<Ledger> OpenAsync(MqttConfig config)
    {
        var ledger = new Ledger();
        ledger.client.Mqtt.ApplicationMessageReceivedAsync += received =>
        {
            var payload = Encoding.UTF8.GetString(received.ApplicationMessage.Payload.ToArray());
            if (received.ApplicationMessage.Topic == PublisherRig.Topic || received.ApplicationMessage.Retain)
            {
                ledger.Payloads.Enqueue(payload);
            }

            return Task.CompletedTask;
        };
        await ledger.client.ConnectAsync(config with { ClientId = "ledger" }, will: null, CancellationToken.None);
        await ledger.client.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/#").Build());
        return ledger;
    }

    public async ValueTask DisposeAsync()
    {
        await client.Mqtt.DisconnectAsync();
        client.Dispose();
    }
}
