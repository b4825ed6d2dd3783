using System.Net.Sockets;
using System.Text;
using EdgePose.Daemon.Cameras.Decoder;

namespace EdgePose.Daemon.Cameras;

/// <summary>What a camera that was knocked at said.</summary>
internal enum KnockAnswer
{
    /// <summary>It cannot be knocked at: no RTSP address, or an operator's own pipeline.</summary>
    Unknown,

    /// <summary>Nobody opens: no connection, no answer in time, or one that says that the stream is not there.</summary>
    Closed,

    /// <summary>It answers.</summary>
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

    /// <summary>Knocks.</summary>
    /// <param name="address">The camera's address.</param>
    /// <param name="forStream">Whether to ask for the stream too: a recorder or gateway answers for cameras that are away.</param>
    /// <param name="stop">Ends the wait.</param>
    public static KnockAnswer At(string address, bool forStream, CancellationToken stop)
    {
        if (SourceAddress.KindOf(address) != SourceKind.Rtsp || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return KnockAnswer.Unknown;
        }

        var encrypted = uri.Scheme.Equals("rtsps", StringComparison.OrdinalIgnoreCase);
        var port = uri.Port > 0 ? uri.Port : encrypted ? 322 : 554; // RFC 7826 22.14
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.ConnectAsync(uri.DnsSafeHost, port, limit.Token).AsTask().GetAwaiter().GetResult();
            return encrypted ? KnockAnswer.Open : Ask(socket, uri, forStream, limit.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return KnockAnswer.Closed;
        }
    }

    private static KnockAnswer Ask(Socket socket, Uri uri, bool forStream, CancellationToken stop)
    {
        var plain = uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped);
        var request = $"{(forStream ? "DESCRIBE" : "OPTIONS")} {plain} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: EdgePose\r\n{(forStream ? "Accept: application/sdp\r\n" : string.Empty)}\r\n";
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
}
