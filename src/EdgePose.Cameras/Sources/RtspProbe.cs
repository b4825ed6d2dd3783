using System.Net.Sockets;
using System.Text;

namespace EdgePose.Cameras.Sources;

/// <summary>
/// Asks a camera that is offline whether it is back. A decoder process for every try would cost half a second of processor; a probe costs a packet or two.
/// </summary>
/// <remarks>Protocol: RTSP 1.0 (RFC 2326), OPTIONS (10.1) and DESCRIBE (10.2).</remarks>
internal static class RtspProbe
{
    /// <summary>A lost SYN is sent again after one second (RFC 6298).</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    /// <summary>Octets of a name in DNS (RFC 1035, 2.3.4). A resolver refuses a longer one.</summary>
    private const int LongestHost = 255;

    /// <inheritdoc cref="CameraSource.Probe"/>
    public static ProbeAnswer At(string address, bool forStream, CancellationToken stop)
    {
        return EndpointOf(address) is { } endpoint
            ? Connect(endpoint.Host, endpoint.Port, (socket, limit) => endpoint.IsEncrypted ? ProbeAnswer.Present : Ask(socket, endpoint.Address, forStream, limit), stop)
            : ProbeAnswer.Unknown;
    }

    /// <summary>Connects, and asks what there is to ask.</summary>
    public static ProbeAnswer Connect(string host, int port, Func<Socket, CancellationToken, ProbeAnswer> ask, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.ConnectAsync(host, port, limit.Token).AsTask().GetAwaiter().GetResult();
            return ask(socket, limit.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return ProbeAnswer.Absent;
        }
    }

    /// <summary>Where a camera is probed; null for an address without a host that a socket could connect to.</summary>
    internal static RtspEndpoint? EndpointOf(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return null;
        }

        var (host, plain) = (uri.DnsSafeHost, uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped));
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || host.Length > LongestHost || !Ascii.IsValid(plain))
        {
            return null;
        }

        var encrypted = uri.Scheme.Equals("rtsps", StringComparison.OrdinalIgnoreCase);
        var port = uri.Port > 0 ? uri.Port : encrypted ? 322 : 554; // RFC 7826 22.14
        return new RtspEndpoint(host, port, encrypted, plain);
    }

    private static ProbeAnswer Ask(Socket socket, string address, bool forStream, CancellationToken stop)
    {
        var request = $"{(forStream ? "DESCRIBE" : "OPTIONS")} {address} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: EdgePose\r\n{(forStream ? "Accept: application/sdp\r\n" : string.Empty)}\r\n";
        socket.Send(Encoding.ASCII.GetBytes(request));
        var answer = new byte["RTSP/1.0 200".Length];
        for (var read = 0; read < answer.Length;)
        {
            var count = socket.ReceiveAsync(answer.AsMemory(read), stop).AsTask().GetAwaiter().GetResult();
            if (count == 0)
            {
                return ProbeAnswer.Absent;
            }

            read += count;
        }

        // Any answer to OPTIONS is a sign of life. To DESCRIBE, 404 means no such stream now. 5xx means that the camera or gateway is not ready.
        // 401 is an answer: the decoder has the password.
        return answer.AsSpan(0, 5).SequenceEqual("RTSP/"u8) && !(forStream && (answer.AsSpan(9).SequenceEqual("404"u8) || answer[9] == (byte)'5')) ? ProbeAnswer.Present : ProbeAnswer.Absent;
    }

}

/// <summary>Where an RTSP camera is asked.</summary>
/// <param name="Host">Name or IP address.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsEncrypted">Whether TLS comes first.</param>
/// <param name="Address">The address to ask for, without credentials.</param>
internal readonly record struct RtspEndpoint(string Host, int Port, bool IsEncrypted, string Address);
