using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Opens the line to a broker: TCP, TLS on it, or a WebSocket in either. Own, because MQTTnet's channels send the device's certificate without its chain, drop the zone of a
/// link-local address, and give a WebSocket neither.
/// </summary>
internal static class BrokerLine
{
    private const int SocketBufferBytes = 8 * 1024; // MQTTnet's own: small, so that poses wait in the outbox, where newer ones replace them

    /// <summary>Opens it.</summary>
    /// <exception cref="SocketException">Nobody listens there, or there is no way.</exception>
    /// <exception cref="AuthenticationException">TLS failed; a <see cref="BrokerUntrustedException"/> when the broker's certificate is not to be trusted.</exception>
    /// <exception cref="WebSocketException">The host does not speak WebSocket there.</exception>
    /// <exception cref="IOException">A file of the section cannot be read, or the line broke.</exception>
    public static async Task<Stream> OpenAsync(MqttConfig config, CancellationToken stop)
    {
        var address = BrokerAddress.Of(config.Address);
        var tls = address.IsEncrypted ? Tls(config, address.Host) : null;
        if (address.IsWebSocket)
        {
            return await OpenWebSocketAsync(address, tls, stop).ConfigureAwait(false);
        }

        var line = await ConnectAsync(address.EndPoint(), stop).ConfigureAwait(false);
        if (tls is null)
        {
            return line;
        }

        var encrypted = new SslStream(line);
        try
        {
            await encrypted.AuthenticateAsClientAsync(tls, stop).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<Stream> ConnectAsync(EndPoint end, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = SocketBufferBytes, ReceiveBufferSize = SocketBufferBytes };
        try
        {
            await socket.ConnectAsync(end, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> OpenWebSocketAsync(BrokerAddress address, SslClientAuthenticationOptions? tls, CancellationToken stop)
    {
        var handler = new SocketsHttpHandler
        {
            // A proxy of the environment is asked by its own address.
            ConnectCallback = (context, ending) => new ValueTask<Stream>(
                ConnectAsync(context.DnsEndPoint.Port == address.Port && context.DnsEndPoint.Host.StartsWith(address.Host, StringComparison.Ordinal) ? address.EndPoint() : context.DnsEndPoint, ending)),
        };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }

        using var invoker = new HttpMessageInvoker(handler);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("mqtt"); // MQTT 5, 6: the client must ask for it
            await socket.ConnectAsync(address.Uri, invoker, stop).ConfigureAwait(false);
            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Tls(MqttConfig config, string host)
    {
        var trust = new BrokerTrust(BrokerTrust.Authorities(config.CaFile), host, TimeProvider.System);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck, // asking online is what no private authority answers
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accept(certificate, chain, errors),
        };
        if (config.Alpn is { } protocol)
        {
            options.ApplicationProtocols = [new SslApplicationProtocol(protocol)];
        }

        if (config is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            options.ClientCertificateContext = DeviceCertificate.LoadChain(certificate, key);
        }

        return options;
    }
}
