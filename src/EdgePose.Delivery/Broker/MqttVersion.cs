using System.Text.Json.Serialization;

namespace EdgePose.Delivery.Broker;

/// <summary>Version of the MQTT protocol.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 5: CloudEvents attributes travel as user properties.</summary>
    [JsonStringEnumMemberName("5")]
    V5,

    /// <summary>MQTT 3.1.1: CloudEvents attributes and data stand together in the payload.</summary>
    [JsonStringEnumMemberName("3.1.1")]
    V311,

    /// <summary>MQTT 5 where the broker speaks it, else 3.1.1.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,
}
