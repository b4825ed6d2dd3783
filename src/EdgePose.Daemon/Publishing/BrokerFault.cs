using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using MQTTnet;

namespace EdgePose.Daemon.Publishing;

/// <summary>The broker answered a connection with a refusal.</summary>
public sealed class BrokerRefusedException(MqttClientConnectResultCode code) : Exception($"the broker refused the connection ({code})")
{
    /// <summary>The broker's reason.</summary>
    public MqttClientConnectResultCode Code { get; } = code;
}

/// <summary>Says in one line why there is no connection to the broker, and what to do.</summary>
public static class BrokerFault
{
    /// <summary>One line for a person.</summary>
    public static string Describe(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case BrokerRefusedException refused:
                    return OfCode(refused.Code);
                case AuthenticationException:
                    return "the broker's certificate is not trusted; check caFile, and that the address names the host that the certificate is for";
                case CryptographicException:
                    return "a certificate or key file cannot be used; check caFile, certificateFile and keyFile";
                case FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException:
                    return $"a file of the mqtt section cannot be read ({cause.Message})";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "nobody listens there; check the address, and that the broker runs";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return "its host name is unknown; check the address and DNS";
                case TimeoutException or OperationCanceledException:
                    return "it does not answer in time; check the address and the network";
            }
        }

        return exception.Message.ReplaceLineEndings(" ");
    }

    private static string OfCode(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized =>
            $"the broker refuses the user or password ({code}); check username and passwordFile",
        MqttClientConnectResultCode.UnsupportedProtocolVersion => "the broker does not speak this MQTT version; set version to 3.1.1",
        _ => $"the broker refused the connection ({code})",
    };
}
