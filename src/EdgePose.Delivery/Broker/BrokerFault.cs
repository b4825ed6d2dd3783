using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;

namespace EdgePose.Delivery.Broker;

/// <summary>The broker answered a connection with a refusal.</summary>
public sealed class BrokerRefusedException(MqttClientConnectResultCode code) : Exception($"the broker refused the connection ({code})")
{
    /// <summary>The broker's reason.</summary>
    public MqttClientConnectResultCode Code { get; } = code;
}

/// <summary>The broker answers what was sent later, and an acknowledgement that was due before it never came.</summary>
/// <param name="patience">For how long it did.</param>
public sealed class AcknowledgementLostException(TimeSpan patience) : Exception(
    $"the broker has not acknowledged a message, although it answered for {patience.TotalSeconds:0} s what was sent after it; what it has not acknowledged is sent again. If this repeats, look at the broker's log");

/// <summary>Says in one line why there is no connection to the broker, and what to do.</summary>
public static class BrokerFault
{
    /// <summary>One line for a person: the innermost cause that is known, since the outer ones only say that connecting failed.</summary>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var causes = new Stack<Exception>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            causes.Push(cause);
        }

        return causes.Select(OfCause).FirstOrDefault(text => text is not null) ?? OneLine(exception.Message);
    }

    private static string? OfCause(Exception cause) => cause switch
    {
        BrokerRefusedException refused => OfCode(refused.Code),
        BrokerUntrustedException untrusted => untrusted.Message,
        AuthenticationException =>
            $"TLS failed ({OneLine(cause.Message)}); check that the port is the broker's TLS port, and certificateFile and keyFile where it asks for them",
        CryptographicException => $"a certificate or key file cannot be used ({OneLine(cause.Message)}); check caFile, certificateFile and keyFile",
        WebSocketException => $"its host does not speak MQTT over WebSocket there ({OneLine(cause.Message)}); check the port and the path of the address",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => $"a file of the mqtt section cannot be read ({OneLine(cause.Message)})",
        SocketException socket => OfSocket(socket),
        MqttProtocolViolationException => $"what answers there does not keep to MQTT ({OneLine(cause.Message)}); check that the address is a broker's",
        MqttConnectingFailedException => Closed(cause.Message),
        TimeoutException or OperationCanceledException => "it does not answer in time; check the address and the network",
        _ => null,
    };

    // A broker tells a client without TLS, or without the certificate that it wants, nothing at all.
    private static string Closed(string detail) =>
        $"the broker closed the connection ({OneLine(detail)}); if it does so at once, check the port (mqtts:// for its TLS port, mqtt:// for the plain one), "
        + "and certificateFile and keyFile where it asks for a certificate";

    private static string? OfSocket(SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there; check the address, and that the broker runs",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "its host name is unknown; check the address and DNS",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => "there is no way to its host; check the address and the network",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NotConnected or SocketError.Shutdown =>
            Closed(cause.Message),
        _ => null,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static string OfCode(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized =>
            $"the broker refuses the user or password ({code}); check username and passwordFile",
        MqttClientConnectResultCode.UnsupportedProtocolVersion => "the broker does not speak this MQTT version; set version to 3.1.1",
        _ => $"the broker refused the connection ({code})",
    };
}
