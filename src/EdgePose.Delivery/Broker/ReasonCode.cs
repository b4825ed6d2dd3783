namespace EdgePose.Delivery.Broker;

/// <summary>The reason codes that brokers answer with (MQTT 5, 2.4), and the return codes of MQTT 3.1.1 (3.2.2.3) as the ones that say the same.</summary>
public static class ReasonCode
{
    /// <summary>The version of MQTT.</summary>
    public const byte UnsupportedProtocolVersion = 0x84;

    /// <summary>The client id.</summary>
    public const byte ClientIdentifierNotValid = 0x85;

    /// <summary>The user or the password.</summary>
    public const byte BadUserNameOrPassword = 0x86;

    /// <summary>What this user or client may do.</summary>
    public const byte NotAuthorized = 0x87;

    /// <summary>The broker cannot serve now.</summary>
    public const byte ServerUnavailable = 0x88;

    /// <summary>Another client of the same id has connected.</summary>
    public const byte SessionTakenOver = 0x8E;

    /// <summary>A packet is too long.</summary>
    public const byte PacketTooLarge = 0x95;

    /// <summary>Retained messages.</summary>
    public const byte RetainNotSupported = 0x9A;

    /// <summary>QoS 1.</summary>
    public const byte QosNotSupported = 0x9B;

    /// <summary>The broker is another one now.</summary>
    public const byte UseAnotherServer = 0x9C;

    /// <summary>The broker has moved.</summary>
    public const byte ServerMoved = 0x9D;

    private const byte FirstFailure = 0x80; // MQTT 5, 2.4: codes from here on are failures

    private static readonly Dictionary<byte, string> Names = new()
    {
        [0x00] = "NormalDisconnection", [0x04] = "DisconnectWithWillMessage", [0x80] = "UnspecifiedError", [0x81] = "MalformedPacket", [0x82] = "ProtocolError",
        [0x83] = "ImplementationSpecificError", [UnsupportedProtocolVersion] = "UnsupportedProtocolVersion", [ClientIdentifierNotValid] = "ClientIdentifierNotValid",
        [BadUserNameOrPassword] = "BadUserNameOrPassword", [NotAuthorized] = "NotAuthorized", [ServerUnavailable] = "ServerUnavailable", [0x89] = "ServerBusy", [0x8A] = "Banned",
        [0x8B] = "ServerShuttingDown", [0x8C] = "BadAuthenticationMethod", [0x8D] = "KeepAliveTimeout", [SessionTakenOver] = "SessionTakenOver", [0x8F] = "TopicFilterInvalid",
        [0x90] = "TopicNameInvalid", [0x91] = "PacketIdentifierInUse", [0x93] = "ReceiveMaximumExceeded", [0x94] = "TopicAliasInvalid", [PacketTooLarge] = "PacketTooLarge",
        [0x96] = "MessageRateTooHigh", [0x97] = "QuotaExceeded", [0x98] = "AdministrativeAction", [0x99] = "PayloadFormatInvalid", [RetainNotSupported] = "RetainNotSupported",
        [QosNotSupported] = "QosNotSupported", [UseAnotherServer] = "UseAnotherServer", [ServerMoved] = "ServerMoved", [0x9E] = "SharedSubscriptionsNotSupported",
        [0x9F] = "ConnectionRateExceeded", [0xA0] = "MaximumConnectTime", [0xA1] = "SubscriptionIdentifiersNotSupported", [0xA2] = "WildcardSubscriptionsNotSupported",
    };

    /// <summary>The code's name and number.</summary>
    public static string NameOf(byte code) => Names.TryGetValue(code, out var name) ? $"{name}, 0x{code:x2}" : $"code 0x{code:x2}";

    /// <summary>Whether <paramref name="code"/> is one of MQTT 3.1.1's return codes that refuse a connection. MQTT 5 has none below 0x80 there.</summary>
    public static bool IsOldForm(byte code) => code is > 0 and < FirstFailure;

    /// <summary>The code of MQTT 5 that says the same as a return code of MQTT 3.1.1; an unknown one stays as it is.</summary>
    public static byte OfReturnCode(byte code) => code switch
    {
        1 => UnsupportedProtocolVersion,
        2 => ClientIdentifierNotValid,
        3 => ServerUnavailable,
        4 => BadUserNameOrPassword,
        5 => NotAuthorized,
        _ => code,
    };
}
