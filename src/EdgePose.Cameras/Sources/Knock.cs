using System.Net.Sockets;
using System.Text;

namespace EdgePose.Cameras.Sources;

/// <summary>What a camera that was knocked at said.</summary>
internal enum KnockAnswer
{
    /// <summary>It cannot be knocked at: neither a device nor an RTSP address, or one without a host that could be dialled.</summary>
    Unknown,

    /// <summary>Nobody opens: no connection, no answer in time, one that says that the stream is not there, or no such device.</summary>
    Closed,

    /// <summary>It answers, or the device is there.</summary>
    Open,
}

/// <summary>
/// Asks whether a camera that went away is back, for the price of a packet or two: a decoder child for every try would cost half a second of processor each,
/// and so would have to be rare. Sends no credentials.
/// </summary>
/// <remarks>Protocol: RTSP 1.0 (RFC 2326), OPTIONS (10.1) and DESCRIBE (10.2). Any answer to OPTIONS is a sign of life.</remarks>
internal static class Knock
{
    /// <summary>One lost SYN is sent again after a second (RFC 6298); who takes longer is not there yet.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    /// <summary>Octets of a name in DNS (RFC 1035, 2.3.4); a resolver is not even asked for a longer one.</summary>
    private const int LongestHost = 255;

    /// <summary>Knocks.</summary>
    /// <param name="address">The camera's address.</param>
    /// <param name="forStream">Whether to ask for the stream too: a recorder or gateway answers for cameras that are away.</param>
    /// <param name="stop">Ends the wait.</param>
    public static KnockAnswer At(string address, bool forStream, CancellationToken stop)
    {
        if (SourceAddress.KindOf(address) == SourceKind.Device)
        {
            return File.Exists(address) ? KnockAnswer.Open : KnockAnswer.Closed; // its driver makes and removes the node
        }

        if (DoorOf(address) is not { } door)
        {
            return KnockAnswer.Unknown;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.ConnectAsync(door.Host, door.Port, limit.Token).AsTask().GetAwaiter().GetResult();
            return door.IsEncrypted ? KnockAnswer.Open : Ask(socket, door.Address, forStream, limit.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return KnockAnswer.Closed;
        }
    }

    /// <summary>Where a camera is knocked at; null where that cannot be.</summary>
    internal static Door? DoorOf(string address)
    {
        if (SourceAddress.KindOf(address) != SourceKind.Rtsp || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
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
        return new Door(host, port, encrypted, plain);
    }

    private static KnockAnswer Ask(Socket socket, string address, bool forStream, CancellationToken stop)
    {
        var request = $"{(forStream ? "DESCRIBE" : "OPTIONS")} {address} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: EdgePose\r\n{(forStream ? "Accept: application/sdp\r\n" : string.Empty)}\r\n";
        socket.Send(Encoding.ASCII.GetBytes(request));
        var answer = new byte["RTSP/1.0 200".Length];
        for (var read = 0; read < answer.Length;)
        {
            var count = socket.ReceiveAsync(answer.AsMemory(read), stop).AsTask().GetAwaiter().GetResult();
            if (count == 0)
            {
                return KnockAnswer.Closed;
            }

            read += count;
        }

        // 404: no such stream now; 5xx: the camera or what lies behind the gateway is not ready. 401 is an answer: the decoder has the password.
        return answer.AsSpan(0, 5).SequenceEqual("RTSP/"u8) && !answer.AsSpan(9).SequenceEqual("404"u8) && answer[9] != (byte)'5' ? KnockAnswer.Open : KnockAnswer.Closed;
    }

    /// <summary>Where, and for what, a camera is knocked at.</summary>
    /// <param name="Host">Name or IP address.</param>
    /// <param name="Port">Its port.</param>
    /// <param name="IsEncrypted">Whether TLS comes first, so that no question can be asked.</param>
    /// <param name="Address">What is asked for, without credentials.</param>
    internal readonly record struct Door(string Host, int Port, bool IsEncrypted, string Address);
}
