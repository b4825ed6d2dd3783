using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgePose.Cameras.Tests.Sources;

/// <summary>An RTSP camera that answers each request as a test says, and remembers the requests.</summary>
internal sealed class FakeRtspCamera : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string> answer;
    private readonly X509Certificate2? certificate;

    /// <param name="answer">From the text of a request, without its end, to the whole answer.</param>
    /// <param name="certificate">For TLS; null without.</param>
    public FakeRtspCamera(Func<string, string> answer, X509Certificate2? certificate = null)
    {
        (this.answer, this.certificate) = (answer, certificate);
        listener.Start();
        _ = AcceptAsync();
    }

    public List<string> Requests { get; } = [];

    public string Address => $"{(certificate is null ? "rtsp" : "rtsps")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/stream";

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var held = client;
            Stream stream = client.GetStream();
            if (certificate is not null)
            {
                var encrypted = new SslStream(stream);
                await encrypted.AuthenticateAsServerAsync(certificate);
                stream = encrypted;
            }

            var text = string.Empty;
            var buffer = new byte[4096];
            for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
            {
                text += Encoding.ASCII.GetString(buffer, 0, count);
                if (text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    lock (Requests)
                    {
                        Requests.Add(text);
                    }

                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(text)));
                    text = string.Empty;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // the client went away
        }
    }
}
