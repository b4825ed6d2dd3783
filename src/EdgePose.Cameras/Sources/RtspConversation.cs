using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgePose.Cameras.Sources;

/// <summary>One connection to an RTSP camera, over which requests are sent one after the other.</summary>
/// <remarks>Protocol: RTSP 1.0 (RFC 2326).</remarks>
internal sealed class RtspConversation : IDisposable
{
    private const int MaxAnswerBytes = 1 << 18;

    private readonly Socket socket;
    private readonly Stream stream;
    private int sequence;

    private RtspConversation(Socket socket, Stream stream) => (this.socket, this.stream) = (socket, stream);

    /// <summary>Connects, and checks the certificate of an encrypted camera.</summary>
    /// <param name="endpoint">The camera.</param>
    /// <param name="caFile">Certificates to trust; null for those that the system trusts.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="AuthenticationException">The certificate is not trusted; the message says why.</exception>
    /// <exception cref="IOException">The camera closed the connection.</exception>
    public static async Task<RtspConversation> OpenAsync(RtspEndpoint endpoint, string? caFile, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, stop).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket);
            if (endpoint.IsEncrypted)
            {
                stream = await EncryptAsync(stream, endpoint.Host, caFile, stop).ConfigureAwait(false);
            }

            return new RtspConversation(socket, stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="uri">The address, without credentials.</param>
    /// <param name="authorization">The header Authorization; null for none.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The answer is not RTSP.</exception>
    public async Task<RtspAnswer> AskAsync(string method, string uri, string? authorization, CancellationToken stop)
    {
        var request = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{method} {uri} RTSP/1.0\r\nCSeq: {++sequence}\r\nUser-Agent: EdgePose\r\n")
            .Append(method == "DESCRIBE" ? "Accept: application/sdp\r\n" : string.Empty)
            .Append(authorization is null ? string.Empty : $"Authorization: {authorization}\r\n")
            .Append("\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), stop).ConfigureAwait(false);
        var received = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            if (RtspAnswer.TryRead(received, out var answer))
            {
                return answer;
            }

            var count = received.Count > MaxAnswerBytes ? 0 : await stream.ReadAsync(buffer, stop).ConfigureAwait(false);
            if (count == 0)
            {
                throw received.Count == 0 ? new IOException("the camera closed the connection") : new InvalidDataException("an answer without an end");
            }

            received.AddRange(buffer.AsSpan(0, count));
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }

    private static async Task<SslStream> EncryptAsync(Stream stream, string host, string? caFile, CancellationToken stop)
    {
        var reason = "the TLS handshake failed";
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            {
                reason = string.Join(", ", new[]
                {
                    errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "it sends none" : null,
                    errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"it is not for {host}" : null,
                    errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? string.Join(", ", chain!.ChainStatus.Select(each => each.StatusInformation.Trim().TrimEnd('.'))) : null,
                }.OfType<string>());
                return errors == SslPolicyErrors.None;
            },
        };
        if (caFile is not null)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(caFile);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        var encrypted = new SslStream(stream);
        try
        {
            await encrypted.AuthenticateAsClientAsync(options, stop).ConfigureAwait(false);
            return encrypted;
        }
        catch (AuthenticationException exception)
        {
            throw new AuthenticationException(reason, exception);
        }
    }
}

/// <summary>An answer of an RTSP camera.</summary>
/// <param name="Status">Its status code.</param>
/// <param name="Reason">The camera's words for it.</param>
/// <param name="Headers">Names and values, in order.</param>
/// <param name="Body">The text after the headers.</param>
internal sealed record RtspAnswer(int Status, string Reason, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>The values of a header.</summary>
    public string[] All(string name) => [.. Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    /// <summary>Reads an answer when all of it has come.</summary>
    /// <exception cref="InvalidDataException">It is not RTSP.</exception>
    public static bool TryRead(List<byte> received, out RtspAnswer answer)
    {
        answer = null!;
        var text = Encoding.Latin1.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(received));
        if (text.Length >= 5 && !text.StartsWith("RTSP/", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"\"{text.Split('\r', '\n')[0]}\"");
        }

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var lines = text[..end].Split("\r\n");
        var words = lines[0].Split(' ', 3);
        if (words.Length < 2 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new InvalidDataException($"\"{lines[0]}\"");
        }

        (string Name, string Value)[] headers = [.. lines.Skip(1).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).Select(parts => (parts[0].Trim(), parts[1].Trim()))];
        var body = text[(end + 4)..];
        answer = new RtspAnswer(status, words.Length > 2 ? words[2].Trim() : string.Empty, headers, body);
        return !int.TryParse(answer.All("Content-Length").FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || body.Length >= length;
    }
}
