using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgePose.Fault.Tests;

/// <summary>
/// MQTT over WebSocket, with or without TLS, in front of a broker that speaks plain MQTT: Debian 12's mosquitto is built without WebSocket. The handshake is
/// RFC 6455's; what follows is .NET's own server side.
/// </summary>
internal sealed class WebSocketGate : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly X509Certificate2? certificate;
    private readonly int brokerPort;

    private readonly X509Certificate2? clientRoot;

    /// <param name="brokerPort">Where the broker listens.</param>
    /// <param name="tls">Its certificate and key; null speaks without TLS.</param>
    /// <param name="clientRoot">The root whose clients alone are let in; null asks for no certificate.</param>
    public WebSocketGate(int brokerPort, (string Certificate, string Key)? tls = null, string? clientRoot = null)
    {
        this.clientRoot = clientRoot is null ? null : X509CertificateLoader.LoadCertificateFromFile(clientRoot);
        this.brokerPort = brokerPort;
        certificate = tls is { } files ? X509Certificate2.CreateFromPemFile(files.Certificate, files.Key) : null;
        listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"{(certificate is null ? "ws" : "wss")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mqtt";

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var accepted = client;
        using var broker = new TcpClient();
        try
        {
            Stream stream = client.GetStream();
            if (certificate is not null)
            {
                var encrypted = new SslStream(stream);
                await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = clientRoot is not null,
                    RemoteCertificateValidationCallback = (_, shown, chain, _) => clientRoot is null || IsKnown(shown, chain),
                });
                stream = encrypted;
            }

            await ShakeHandsAsync(stream);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = "mqtt" });
            await broker.ConnectAsync(IPAddress.Loopback, brokerPort, stop.Token);
            await Task.WhenAny(FromClientAsync(socket, broker.GetStream()), FromBrokerAsync(broker.GetStream(), socket));
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // the client went away, or refused our certificate: that is what the test looks at
        }
    }

    /// <summary>Whether what the client sent leads to the root, as OpenSSL's servers judge it.</summary>
    private bool IsKnown(X509Certificate? shown, X509Chain? sent)
    {
        if (shown is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(clientRoot!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var element in sent?.ChainPolicy.ExtraStore ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element);
        }

        return chain.Build(X509CertificateLoader.LoadCertificate(shown.GetRawCertData()));
    }

    private static async Task ShakeHandsAsync(Stream stream)
    {
        var request = new List<byte>();
        var one = new byte[1];
        while (!(request.Count > 3 && request[^4] == '\r' && request[^3] == '\n' && request[^2] == '\r' && request[^1] == '\n'))
        {
            await stream.ReadExactlyAsync(one);
            request.Add(one[0]);
        }

        const string Header = "Sec-WebSocket-Key:";
        var key = Encoding.ASCII.GetString([.. request]).Split("\r\n").First(line => line.StartsWith(Header, StringComparison.OrdinalIgnoreCase))[Header.Length..].Trim();
#pragma warning disable CA5350 // RFC 6455, section 4.2.2: the accept key is a SHA-1, and no secret
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"));
        await stream.FlushAsync();
    }

    private async Task FromClientAsync(WebSocket socket, NetworkStream broker)
    {
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), stop.Token) is var received && received.MessageType != WebSocketMessageType.Close)
        {
            await broker.WriteAsync(buffer.AsMemory(0, received.Count), stop.Token);
        }
    }

    private async Task FromBrokerAsync(NetworkStream broker, WebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        while (await broker.ReadAsync(buffer, stop.Token) is > 0 and var count)
        {
            await socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, endOfMessage: true, stop.Token);
        }
    }
}
