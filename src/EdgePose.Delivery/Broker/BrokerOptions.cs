using System.Buffers;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgePose.Delivery.Broker;

/// <summary>MQTTnet's options from ours: version, client id, credentials and will. <see cref="BrokerLine"/> opens the line itself.</summary>
internal static class BrokerOptions
{
    /// <summary>Connecting and every acknowledgement must be done within this.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Options for a connection.</summary>
    /// <param name="config">The broker's section with its client id; file names in it are absolute by now.</param>
    /// <param name="terms">What the broker takes.</param>
    /// <param name="will">What the broker says when this device is gone; null for nothing.</param>
    /// <param name="subscribes">Whether the client gets messages; else CONNECT states that its answers are short.</param>
    /// <exception cref="IOException">The password file cannot be read.</exception>
    public static MqttClientOptions Create(MqttConfig config, BrokerTerms terms, MqttApplicationMessage? will, bool subscribes)
    {
        var address = BrokerAddress.Of(config.Address);
        var builder = new MqttClientOptionsBuilder()
            .WithClientId(config.ClientId ?? throw new ArgumentException("The section has no client id.", nameof(config)))
            .WithProtocolVersion(terms.Version switch
            {
                MqttVersion.V5 => MqttProtocolVersion.V500,
                MqttVersion.V311 => MqttProtocolVersion.V311,
                _ => throw new ArgumentOutOfRangeException(nameof(terms), terms.Version, "A connection has one version of MQTT."),
            })
            .WithCleanStart()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(config.KeepAliveSeconds))
            .WithTimeout(Timeout)
            .WithTcpServer(address.Host, address.Port); // asked for by MQTTnet, and not used
        if (terms.Version == MqttVersion.V5 && !subscribes)
        {
            builder = builder.WithMaximumPacketSize(BrokerChannel.MostAnswerBytes);
        }

        if (will is not null)
        {
            builder = builder.WithWillTopic(will.Topic).WithWillPayload(will.Payload.ToArray()).WithWillRetain(will.Retain).WithWillQualityOfServiceLevel(will.QualityOfServiceLevel);
            builder = will.ContentType is { } type ? builder.WithWillContentType(type) : builder;
            foreach (var property in will.UserProperties ?? [])
            {
                builder = builder.WithWillUserProperty(property.Name, property.ValueBuffer);
            }
        }

        if (config.Username is { } user)
        {
            builder = builder.WithCredentials(user, config.PasswordFile is { } file ? PasswordFile.Read(file) : string.Empty);
        }

        return builder.Build();
    }
}
