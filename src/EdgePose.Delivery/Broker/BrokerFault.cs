using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;

namespace EdgePose.Delivery.Broker;

/// <summary>The broker answered a connection with a refusal.</summary>
/// <param name="answer">What it said.</param>
/// <param name="version">The version of MQTT that was tried.</param>
public sealed class BrokerRefusedException(BrokerAnswer answer, MqttVersion version) : Exception($"the broker refused the connection ({ReasonCode.NameOf(answer.Code)})")
{
    /// <summary>What it said.</summary>
    public BrokerAnswer Answer { get; } = answer;

    /// <summary>The version of MQTT that was tried.</summary>
    public MqttVersion Version { get; } = version;
}

/// <summary>The broker refused a subscription.</summary>
/// <param name="answer">What it said.</param>
/// <param name="filter">The topic filter.</param>
public sealed class SubscriptionRefusedException(BrokerAnswer answer, string filter) : Exception($"the broker refused the subscription ({ReasonCode.NameOf(answer.Code)})")
{
    /// <summary>What it said.</summary>
    public BrokerAnswer Answer { get; } = answer;

    /// <summary>The topic filter.</summary>
    public string Filter { get; } = filter;
}

/// <summary>The broker ended a connection with a reason.</summary>
/// <param name="answer">What it said.</param>
public sealed class BrokerEndedException(BrokerAnswer answer) : Exception($"the broker ended the connection ({ReasonCode.NameOf(answer.Code)})")
{
    /// <summary>What it said.</summary>
    public BrokerAnswer Answer { get; } = answer;
}

/// <summary>The broker closed a connection without a word.</summary>
/// <param name="detail">What the system said.</param>
/// <param name="version">The version of MQTT that was tried.</param>
/// <param name="lasted">For how long it had lasted; null for one that was not answered at all.</param>
public sealed class BrokerClosedException(string detail, MqttVersion version, TimeSpan? lasted) : Exception(detail)
{
    /// <summary>The version of MQTT that was tried.</summary>
    public MqttVersion Version { get; } = version;

    /// <summary>For how long it had lasted; null for one that was not answered at all.</summary>
    public TimeSpan? Lasted { get; } = lasted;
}

/// <summary>The broker answers what was sent later, and an acknowledgement that was due before it never came.</summary>
/// <param name="patience">For how long it did.</param>
public sealed class AcknowledgementLostException(TimeSpan patience) : Exception(
    $"the broker has not acknowledged a message, although it answered for {patience.TotalSeconds:0} s what was sent after it; what it has not acknowledged is sent again. If this repeats, look at the broker's log");

/// <summary>Says in one line why there is no connection to the broker, and what to do. Every command and the daemon say it so.</summary>
public static class BrokerFault
{
    /// <summary>One line for a person: the innermost cause that is known, since the outer ones only say that connecting failed.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="config">The broker's section.</param>
    public static string Describe(Exception exception, MqttConfig config)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentNullException.ThrowIfNull(config);
        var causes = new Stack<Exception>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            causes.Push(cause);
        }

        return causes.Select(cause => OfCause(cause, config)).FirstOrDefault(text => text is not null) ?? OneLine(exception.Message);
    }

    /// <summary>Whether nothing but a closed line is known: a broker of MQTT 3.1.1 has no other answer to much of what it does not take.</summary>
    internal static bool IsMerelyClosed(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException or CryptographicException or WebSocketException or MqttProtocolViolationException or TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }

        return true;
    }

    private static string? OfCause(Exception cause, MqttConfig config) => cause switch
    {
        BrokerRefusedException refused => refused.Answer.OfConnection(config, refused.Version),
        BrokerEndedException ended => ended.Answer.OfEnd(config),
        BrokerClosedException { Lasted: { } lasted } => ClosedAfter(lasted, config),
        BrokerClosedException closed => Closed(closed.Message, config, closed.Version),
        BrokerUntrustedException or NoSuchZoneException => cause.Message,
        SubscriptionRefusedException refused => refused.Answer.OfSubscription(refused.Filter, config),
        UriFormatException => $"this is not the address of a broker ({OneLine(cause.Message)}); write mqtt://host:port, mqtts:// for TLS, ws:// or wss:// for WebSocket",
        AuthenticationException =>
            $"TLS failed ({OneLine(cause.Message)}); check that the port is the broker's TLS port, and certificateFile and keyFile where it asks for them",
        CryptographicException => $"a certificate or key file cannot be used ({OneLine(cause.Message)}); check caFile, certificateFile and keyFile",
        WebSocketException => $"its host does not speak MQTT over WebSocket there ({OneLine(cause.Message)}); check the port and the path of the address",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => $"a file of the mqtt section cannot be read ({OneLine(cause.Message)})",
        SocketException socket => OfSocket(socket, config),
        MqttProtocolViolationException => $"what answers there does not keep to MQTT ({OneLine(cause.Message)}); check that the address is a broker's",
        MqttConnectingFailedException => Closed(cause.Message, config, config.Version),
        TimeoutException or OperationCanceledException => "it does not answer in time; check the address and the network",
        _ => null,
    };

    // A broker tells a client without TLS, or without the certificate that it wants, nothing at all.
    private static string Closed(string detail, MqttConfig config, MqttVersion version) =>
        $"the broker closed the connection without an answer ({OneLine(detail)}); check the port (mqtts:// for its TLS port, mqtt:// for the plain one), "
        + $"certificateFile and keyFile where it asks for a certificate, and its rules for the client id {config.ClientId}"
        + (version == MqttVersion.V5 ? "; a broker without MQTT 5 needs mqtt.version 3.1.1 or auto" : "; a broker of 3.1.1 closes it too where it takes no will, retained message or QoS 1");

    private static string ClosedAfter(TimeSpan lasted, MqttConfig config) =>
        $"the broker closed the connection of the client id {config.ClientId} after {Math.Max(1, lasted.TotalSeconds):0} s without a reason; if this repeats, "
        + "another client may have the same client id (give each device its own device.id or mqtt.clientId), or this user may not publish there: look at the broker's log";

    private static string? OfSocket(SocketException cause, MqttConfig config) => cause.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there; check the address, and that the broker runs",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "its host name is unknown; check the address and DNS",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => "there is no way to its host; check the address and the network",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NotConnected or SocketError.Shutdown =>
            Closed(cause.Message, config, config.Version),
        _ => null,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
