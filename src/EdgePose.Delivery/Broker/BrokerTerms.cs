namespace EdgePose.Delivery.Broker;

/// <summary>What a broker takes from this client, as far as it said so or showed it.</summary>
/// <param name="Version">The version of MQTT that is spoken: 5 or 3.1.1.</param>
public sealed record BrokerTerms(MqttVersion Version)
{
    /// <summary>The version as people write it.</summary>
    public string VersionName => Version == MqttVersion.V5 ? "5" : "3.1.1";

    /// <summary>Whether the broker keeps retained messages (MQTT 5, 3.2.2.3.5).</summary>
    public bool Retains { get; init; } = true;

    /// <summary>Whether the broker acknowledges messages: QoS 1 (MQTT 5, 3.2.2.3.4).</summary>
    public bool Acknowledges { get; init; } = true;

    /// <summary>The keep-alive in seconds: the broker's own where it sets one (MQTT 5, 3.2.2.3.14).</summary>
    public int KeepAliveSeconds { get; init; }

    /// <summary>The longest packet in bytes (MQTT 5, 3.2.2.3.6); null when the broker said nothing.</summary>
    public long? MaximumPacketBytes { get; init; }

    /// <summary>The most messages that wait for their acknowledgement (MQTT 5, 3.2.2.3.3).</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>What an operator should know of these terms, one sentence each; empty for a broker that takes everything.</summary>
    /// <param name="askedKeepAliveSeconds">The configured keep-alive.</param>
    public IEnumerable<string> Limits(int askedKeepAliveSeconds)
    {
        if (!Retains)
        {
            yield return "it keeps no retained messages, so later subscribers get no state or status before the next one";
        }

        if (!Acknowledges)
        {
            yield return "its maximum QoS is 0, so an event counts as delivered when a ping sent after it is answered";
        }

        if (KeepAliveSeconds != askedKeepAliveSeconds)
        {
            yield return $"its keep-alive of {KeepAliveSeconds} s replaces mqtt.keepAliveSeconds";
        }

        if (MaximumPacketBytes is { } most and <= ShortPacketBytes)
        {
            yield return $"its packets are at most {most} bytes, and longer messages are left out";
        }
    }

    private const long ShortPacketBytes = 16 * 1024; // a status of many cameras, or a pose message of many people, is longer
}
