using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Delivery.Broker;

/// <summary>The broker that gets the events.</summary>
public sealed record MqttConfig
{
    private const int MostClientIdLetters = 1024; // MQTT allows 65,535 bytes; no broker of the field takes more than this

    /// <summary>mqtt://, mqtts:// (TLS), ws:// or wss:// with host and port.</summary>
    [Description("Broker: mqtt://host:port, mqtts:// for TLS, ws:// or wss:// for WebSocket. A password in it is refused.")]
    [DataType("address")]
    public string Address { get; init; } = "mqtt://127.0.0.1:1883";

    /// <summary>MQTT version.</summary>
    [Description("MQTT version: 5, or 3.1.1 for a broker without 5; auto tries 5, then 3.1.1.")]
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>Whether attributes and data share the payload on MQTT 5 too.</summary>
    [Description("true puts CloudEvents attributes and data into one JSON object on MQTT 5 too (structured mode). MQTT 3.1.1 has no other form.")]
    public bool Structured { get; init; }

    /// <summary>The client id at the broker; null makes one of site and device.</summary>
    [Description("Client id at the broker, where its policy wants a certain one. {site} and {device} stand for those of this device. Without it the id is edgepose-SITE-DEVICE. Two clients with one id end each other's connection.")]
    [StringLength(MostClientIdLetters, MinimumLength = 1)]
    public string? ClientId { get; init; }

    /// <summary>The protocol that TLS asks for (ALPN, RFC 7301), or null.</summary>
    [Description("Protocol name for TLS (ALPN), where MQTT shares port 443: for example x-amzn-mqtt-ca. Only for mqtts://.")]
    [StringLength(255, MinimumLength = 1)]
    public string? Alpn { get; init; }

    /// <summary>The user at the broker, or null.</summary>
    [Description("User name at the broker.")]
    public string? Username { get; init; }

    /// <summary>A file of mode 0600 that holds the password, or null.</summary>
    [Description("File with the broker password, mode 0600, or as a container mounts it (docs/install.md, Secrets).")]
    [DataType("secret file")]
    public string? PasswordFile { get; init; }

    /// <summary>Certificates of the authority that signed the broker's (PEM); null trusts the system's authorities.</summary>
    [Description("Certificates (PEM) of the authority that signed the broker's certificate. Without it the system's authorities are trusted.")]
    [DataType("file")]
    public string? CaFile { get; init; }

    /// <summary>This device's certificate (PEM), for mutual TLS.</summary>
    [Description("Certificate of this device (PEM), for mutual TLS. Intermediate certificates behind it in the file are sent too.")]
    [DataType("file")]
    public string? CertificateFile { get; init; }

    /// <summary>The private key of <see cref="CertificateFile"/> (PEM, mode 0600).</summary>
    [Description("Private key of certificateFile (PEM), mode 0600, or as a container mounts it (docs/install.md, Secrets).")]
    [DataType("secret file")]
    public string? KeyFile { get; init; }

    /// <summary>Seconds between signs of life; a broker silent for one and a half of it is given up.</summary>
    [Description("MQTT keep-alive in seconds. A broker that is silent for one and a half of it is disconnected.")]
    [Range(1, 3600)]
    public int KeepAliveSeconds { get; init; } = 15;

    /// <summary>The most pose messages a second from each camera; 0 sends them all.</summary>
    [Description("Most pose messages per second from each camera; 0 sets no limit.")]
    [Range(0.0, 240.0)]
    public double PoseMaxRateHertz { get; init; } = 15;

    /// <summary>Seconds between updates of a track.</summary>
    [Description("Seconds between updates of a track.")]
    [Range(0.1, 3600.0)]
    public double TrackUpdateIntervalSeconds { get; init; } = 1;

    /// <summary>The most unacknowledged messages in flight.</summary>
    [Description("Most unacknowledged events in flight. As many may arrive twice after a fault.")]
    [Range(1, 1000)]
    public int InFlight { get; init; } = 32;
}
