using System.ComponentModel;

namespace EdgePose.Daemon.Configuration;

/// <summary>The broker that gets the events.</summary>
public sealed record MqttConfig
{
    /// <summary>The broker: mqtt://host:port or mqtts://host:port.</summary>
    [Description("The broker: mqtt://host:port, or mqtts://host:port for TLS. Never with a password in it.")]
    public string Address { get; init; } = "mqtt://127.0.0.1:1883";

    /// <summary>The user at the broker, or null.</summary>
    [Description("The user at the broker.")]
    public string? Username { get; init; }

    /// <summary>A file of mode 0600 that holds the password, or null.</summary>
    [Description("A file of mode 0600 that holds the password.")]
    public string? PasswordFile { get; init; }
}
