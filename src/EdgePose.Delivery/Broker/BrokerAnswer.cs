namespace EdgePose.Delivery.Broker;

/// <summary>A broker's answer that is no success.</summary>
/// <param name="Code">Its reason code (<see cref="ReasonCode"/>).</param>
/// <param name="Said">The broker's own words; null for none.</param>
/// <param name="Server">Another server that it names; null for none.</param>
public sealed record BrokerAnswer(byte Code, string? Said = null, string? Server = null)
{
    private const int MostLetters = 200; // a broker's words share a line of the log

    /// <summary>Whether a connection of MQTT 5 was answered as MQTT 3.1.1 does.</summary>
    public bool IsOldForm { get; init; }

    /// <summary>The answer to a connection (CONNACK): one line that names the cause, the client id and the remedy.</summary>
    /// <param name="config">The broker's section.</param>
    /// <param name="version">The version that was tried.</param>
    public string OfConnection(MqttConfig config, MqttVersion version)
    {
        ArgumentNullException.ThrowIfNull(config);
        var id = $"the client id {config.ClientId}";
        return Code switch
        {
            _ when IsOldForm && Code != ReasonCode.UnsupportedProtocolVersion => $"the broker answers as one of MQTT 3.1.1 and refuses ({Name}); set mqtt.version to 3.1.1 or auto",
            ReasonCode.UnsupportedProtocolVersion => $"the broker does not speak MQTT {(version == MqttVersion.V5 ? "5" : "3.1.1")} ({Name}); set mqtt.version to {(version == MqttVersion.V5 ? "3.1.1 or auto" : "5 or auto")}",
            ReasonCode.ClientIdentifierNotValid =>
                $"the broker does not take {id}, or a keep-alive of {config.KeepAliveSeconds} s ({Name}); set mqtt.clientId to an id that it takes (some take at most 23 letters and digits), or lower mqtt.keepAliveSeconds",
            ReasonCode.BadUserNameOrPassword => $"the broker refuses the user or password of {id} ({Name}); check username and passwordFile",
            ReasonCode.NotAuthorized =>
                $"the broker refuses the user or password, or does not allow {id} or its will ({Name}); check username and passwordFile, and the broker's rules for client ids and for the device's status topic; mqtt.clientId sets another id",
            _ => $"the broker refuses the connection of {id}: {Cause(config)}",
        };
    }

    /// <summary>The broker's reason to end a connection (DISCONNECT).</summary>
    /// <param name="config">The broker's section.</param>
    public string OfEnd(MqttConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return $"the broker ended the connection of the client id {config.ClientId}: {Cause(config)}";
    }

    /// <summary>The answer to a subscription (SUBACK).</summary>
    /// <param name="filter">The topic filter.</param>
    /// <param name="config">The broker's section.</param>
    public string OfSubscription(string filter, MqttConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var remedy = Code switch
        {
            0x80 or ReasonCode.NotAuthorized => "check what this user may read, or name a narrower topic",
            0x8F => "correct the topic filter",
            0x97 => "end another subscription, or raise the broker's quota",
            0x9E => "name a topic without $share",
            0xA2 => "name a topic without + and #",
            _ => "look at the broker's log",
        };
        return $"the broker refuses the subscription of the client id {config.ClientId} to {filter} ({Name}); {remedy}";
    }

    /// <summary>The answer to a message (PUBACK): the reason and the remedy, without the topic.</summary>
    public string OfMessage() => Code switch
    {
        ReasonCode.NotAuthorized => $"{Name}; check what this user may publish to",
        0x97 => $"{Name}; raise the broker's quota, or send less: mqtt.trackUpdateIntervalSeconds, mqtt.poseMaxRateHertz",
        0x90 => $"{Name}; check the broker's rules for topics",
        ReasonCode.PacketTooLarge => $"{Name}; raise the broker's limit for packets",
        0x99 => $"{Name}; check the broker's rules for payloads",
        _ => $"{Name}; look at the broker's log",
    };

    private string Name => ReasonCode.NameOf(Code) + (Said is { Length: > 0 } ? $", \"{OneLine(Said)}\"" : string.Empty);

    /// <summary>What the codes mean that refuse a connection or end one.</summary>
    private string Cause(MqttConfig config) => Code switch
    {
        0x00 => $"it gives no reason ({Name}); look at the broker's log",
        0x81 or 0x82 => $"it could not read a packet ({Name}); check that nothing between changes the bytes, and report this with the broker's name and version",
        ReasonCode.NotAuthorized => $"what it did is not allowed ({Name}); check what this user and client id may publish to, retained messages included",
        ReasonCode.ServerUnavailable or 0x89 => $"it is not available or too busy now ({Name}); it is tried again",
        0x8A => $"the broker has banned it ({Name}); lift the ban at the broker",
        0x8B => $"the broker is shutting down ({Name}); it is tried again",
        0x8C => $"the broker wants another way of authentication ({Name}); allow user and password, or a certificate",
        0x8D => $"the broker got nothing within its keep-alive ({Name}); check the network, or raise mqtt.keepAliveSeconds",
        ReasonCode.SessionTakenOver => $"another client with the same client id has taken the connection over ({Name}); give each device its own device.id or mqtt.clientId",
        0x90 => $"it does not take the topic ({Name}); check the broker's rules for topics",
        0x93 => $"too many messages were in flight ({Name}); lower mqtt.inFlight",
        ReasonCode.PacketTooLarge => $"a packet was longer than the broker takes ({Name}); raise the broker's limit for packets",
        0x96 or 0x9F => $"messages or connections come too often ({Name}); raise the broker's limit, or send less: mqtt.trackUpdateIntervalSeconds, mqtt.poseMaxRateHertz",
        0x97 => $"a quota of the broker is exceeded ({Name}); raise it, or send less: mqtt.trackUpdateIntervalSeconds, mqtt.poseMaxRateHertz",
        0x98 => $"an administrative action at the broker ended it ({Name}); ask who runs the broker",
        ReasonCode.RetainNotSupported => $"the broker keeps no retained messages ({Name}); they are sent without the flag from now on",
        ReasonCode.QosNotSupported => $"the broker takes no QoS 1 ({Name}); QoS 0 is used from now on",
        ReasonCode.UseAnotherServer or ReasonCode.ServerMoved =>
            $"the broker has moved{(Server is { Length: > 0 } ? $" to {OneLine(Server)}" : string.Empty)} ({Name}); set mqtt.address ({BrokerAddress.Shown(config.Address)}) to the new one",
        0xA0 => $"the connection has reached the longest time that the broker allows ({Name}); it is opened again",
        _ => $"it refuses ({Name}); look at the broker's log",
    };

    private static string OneLine(string text)
    {
        var shown = string.Concat(text.Take(MostLetters).Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        return text.Length > MostLetters ? $"{shown}..." : shown;
    }
}
