using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgePose.Delivery.Broker;
using MQTTnet;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>Every message, the will too, is a CloudEvent of one form, so that one template in a consumer fits all.</summary>
public sealed class WillTests
{
    private static readonly string[] Attributes = ["id", "source", "specversion", "time", "type"];

    [Theory]
    [InlineData(MqttVersion.V5, false)]
    [InlineData(MqttVersion.V5, true)]
    [InlineData(MqttVersion.V311, false)]
    public async Task The_will_of_a_lost_device_has_the_form_of_every_other_message(MqttVersion version, bool structured)
    {
        using var broker = new Mosquitto();
        using var gate = new Proxy.FaultProxy(broker.Port);
        await using var messages = await Listener.OpenAsync(broker.Address);
        await using var rig = new PublisherRig(new MqttConfig { Address = $"mqtt://127.0.0.1:{gate.Port}", Version = version, Structured = structured });
        rig.Post(1);
        rig.PostPose(10);
        Assert.True(await rig.Until(() => rig.Publisher.Status.EventsSent == 1), rig.Log.Text);
        gate.RefusesNew = true;
        gate.ResetAll(); // the line is cut, and the broker sends the will
        Assert.True(await rig.Until(() => messages.All.Any(message => Text(message).Contains("offline", StringComparison.Ordinal))), rig.Log.Text);
        var isStructured = structured || version == MqttVersion.V311;
        Assert.True(messages.All.Count >= 4, "status, event, pose and will");
        Assert.All(messages.All, message => Assert.Equal(Attributes, AttributesOf(message, isStructured)));
        Assert.Equal(messages.All.Count, messages.All.Select(message => IdOf(message, isStructured)).Distinct().Count());
        string? type = version == MqttVersion.V311 ? null : structured ? "application/cloudevents+json; charset=utf-8" : "application/json";
        Assert.All(messages.All, message => Assert.Equal(type, message.ContentType));
    }

    private static string Text(MqttApplicationMessage message) => Encoding.UTF8.GetString(message.Payload.ToArray());

    private static string[] AttributesOf(MqttApplicationMessage message, bool isStructured) => isStructured
        ? [.. JsonDocument.Parse(Text(message)).RootElement.EnumerateObject().Select(member => member.Name).Where(name => name is not ("data" or "datacontenttype")).Order(StringComparer.Ordinal)]
        : [.. message.UserProperties.Select(property => property.Name).Order(StringComparer.Ordinal)];

    private static string IdOf(MqttApplicationMessage message, bool isStructured) => isStructured
        ? JsonDocument.Parse(Text(message)).RootElement.GetProperty("id").GetString()!
        : Encoding.UTF8.GetString(message.UserProperties.Single(property => property.Name == "id").ValueBuffer.Span);

    /// <summary>Keeps every message whole.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly BrokerClient client = new(subscribes: true);

        public ConcurrentQueue<MqttApplicationMessage> All { get; } = [];

        public static async Task<Listener> OpenAsync(string address)
        {
            var listener = new Listener();
            listener.client.Mqtt.ApplicationMessageReceivedAsync += received =>
            {
                listener.All.Enqueue(received.ApplicationMessage);
                return Task.CompletedTask;
            };
            await listener.client.ConnectAsync(new MqttConfig { Address = address, ClientId = "listener" }, will: null, TestContext.Current.CancellationToken);
            await listener.client.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("edgepose/v1/#").Build());
            return listener;
        }

        public async ValueTask DisposeAsync()
        {
            await client.Mqtt.DisconnectAsync();
            client.Dispose();
        }
    }
}
