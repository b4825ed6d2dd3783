using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgePose.Delivery.Spool;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Puts payloads into MQTT messages as CloudEvents 1.0: on MQTT 5 in binary mode (attributes as user properties), on 3.1.1 and where it is configured in structured mode (one JSON
/// object with the attributes and the data). Source: CloudEvents MQTT protocol binding 1.0.2.
/// </summary>
/// <param name="terms">What the broker takes.</param>
/// <param name="isStructured">Whether MQTT 5 has the structured mode too.</param>
/// <param name="source">CloudEvents source.</param>
/// <param name="ids">Ids of messages.</param>
public sealed class CloudEvent(BrokerTerms terms, bool isStructured, string source, EventIds ids)
{
    private const string StructuredType = "application/cloudevents+json; charset=utf-8"; // CloudEvents MQTT protocol binding, 3.2.1

    private readonly ReadOnlyMemory<byte> sourceBytes = Encoding.UTF8.GetBytes(source);
    private const int FixedBytes = 16; // MQTT 5, 3.3: header and remaining length 5, topic's length 2, packet id 2, properties' length 4, content type's head 3
    private static readonly ReadOnlyMemory<byte> SpecVersion = "1.0"u8.ToArray();

    /// <summary>An event that must arrive.</summary>
    public MqttApplicationMessage Event(StoredMessage message) =>
        Build(message.Topic, message.Type, message.Id, message.At, message.Payload).WithQualityOfServiceLevel(MustArrive).Build();

    /// <summary>A pose, which may be lost.</summary>
    public MqttApplicationMessage Pose(PoseMessage message) =>
        Build(message.Topic, "edgepose.pose", ids.Of(message.Sequence), message.At, message.Payload).Build();

    /// <summary>A message that the broker keeps, where it keeps any. An empty payload takes it back; it is the broker's and no event.</summary>
    public MqttApplicationMessage Retained(string topic, byte[] payload) => (payload.Length == 0
            ? new MqttApplicationMessageBuilder().WithTopic(topic)
            : Build(topic, "edgepose." + topic[(topic.LastIndexOf('/') + 1)..], ids.Of(ids.Next()), DateTimeOffset.UtcNow, payload))
        .WithRetainFlag(terms.Retains).WithQualityOfServiceLevel(MustArrive).Build();

    /// <summary>At least as many bytes as <paramref name="message"/> takes as a packet: payload, topic, properties and a margin for the fixed parts.</summary>
    public static long PacketBytes(MqttApplicationMessage message)
    {
        var bytes = message.Payload.Length + Encoding.UTF8.GetByteCount(message.Topic) + (message.ContentType?.Length ?? 0) + FixedBytes;
        foreach (var property in message.UserProperties ?? [])
        {
            bytes += Encoding.UTF8.GetByteCount(property.Name) + property.ValueBuffer.Length + 5; // MQTT 5, 2.2.2.2: an identifier and two lengths
        }

        return bytes;
    }

    private MqttQualityOfServiceLevel MustArrive => terms.Acknowledges ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce;

    private MqttApplicationMessageBuilder Build(string topic, string type, string id, DateTimeOffset at, ReadOnlyMemory<byte> payload)
    {
        var time = at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        var builder = new MqttApplicationMessageBuilder().WithTopic(topic);
        if (terms.Version == MqttVersion.V5 && !isStructured)
        {
            return builder.WithContentType("application/json")
                .WithPayload(new ReadOnlySequence<byte>(payload))
                .WithUserProperty("specversion", SpecVersion)
                .WithUserProperty("id", Encoding.UTF8.GetBytes(id).AsMemory())
                .WithUserProperty("source", sourceBytes)
                .WithUserProperty("type", Encoding.UTF8.GetBytes(type).AsMemory())
                .WithUserProperty("time", Encoding.UTF8.GetBytes(time).AsMemory());
        }

        builder = builder.WithPayload(Structured(type, id, time, payload));
        return terms.Version == MqttVersion.V5 ? builder.WithContentType(StructuredType) : builder;
    }

    private byte[] Structured(string type, string id, string time, ReadOnlyMemory<byte> payload)
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, id);
        json.WriteString("source"u8, source);
        json.WriteString("type"u8, type);
        json.WriteString("time"u8, time);
        json.WriteString("datacontenttype"u8, "application/json"u8);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(payload.Span);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
