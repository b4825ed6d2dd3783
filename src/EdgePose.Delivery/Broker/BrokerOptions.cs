using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgePose.Delivery.Broker;

/// <summary>MQTTnet's options from ours: transport, TLS (verified, always; see <see cref="BrokerTrust"/>), credentials, and the will.</summary>
public static class BrokerOptions
{
    /// <summary>Connecting and every acknowledgement must be done within this.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>An address as the log may show it: without a query, where some brokers take secrets.</summary>
    public static string Shown(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : address;

    /// <summary>Options for a connection.</summary>
    /// <param name="config">The broker's section; file names in it are absolute by now.</param>
    /// <param name="clientId">Unique at the broker.</param>
    /// <param name="willTopic">Where the broker says that this device is gone; null for a mere subscriber.</param>
    /// <param name="will">What it says there.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate file holds none.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static MqttClientOptions Create(MqttConfig config, string clientId, string? willTopic, byte[]? will)
    {
        ArgumentNullException.ThrowIfNull(config);
        var address = new Uri(config.Address);
        var encrypted = address.Scheme is "mqtts" or "wss";
        var builder = new MqttClientOptionsBuilder()
            .WithClientId(clientId)
            .WithProtocolVersion(config.Version switch
            {
                MqttVersion.V5 => MqttProtocolVersion.V500,
                MqttVersion.V311 => MqttProtocolVersion.V311,
                _ => throw new ArgumentOutOfRangeException(nameof(config), config.Version, "Unknown version of MQTT."),
            })
            .WithCleanStart()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(config.KeepAliveSeconds))
            .WithTimeout(Timeout);
        if (willTopic is not null)
        {
            if (config.Version == MqttVersion.V5)
            {
                builder = builder.WithMaximumPacketSize(BrokerChannel.MostBytes);
            }

            builder = builder.WithWillTopic(willTopic).WithWillPayload(will).WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        }

        builder = address.Scheme is "ws" or "wss"
            ? builder.WithWebSocketServer(options => options.WithUri(config.Address))
            : builder.WithTcpServer(address.Host, address.IsDefaultPort || address.Port < 0 ? (encrypted ? 8883 : 1883) : address.Port);
        if (encrypted)
        {
            builder = builder.WithTlsOptions(options => Encrypt(options, config, address.Host));
        }

        if (config.Username is { } user)
        {
            builder = builder.WithCredentials(user, config.PasswordFile is { } file ? PasswordFile.Read(file) : string.Empty);
        }

        return builder.Build();
    }

    private static void Encrypt(MqttClientTlsOptionsBuilder options, MqttConfig config, string host)
    {
        var trust = new BrokerTrust(BrokerTrust.Authorities(config.CaFile), host, TimeProvider.System);
        options.UseTls().WithTargetHost(host).WithCertificateValidationHandler(trust.Accept)
            .WithRevocationMode(X509RevocationMode.NoCheck); // MQTTnet asks online by default, which no private authority answers
        if (config.CertificateFile is { } certificate && config.KeyFile is { } key)
        {
            options.WithClientCertificates(new X509Certificate2Collection(DeviceCertificate.Load(certificate, key)));
        }
    }
}
