using System.Net.Sockets;
using System.Text;

namespace EdgePose.Fault.Tests;

/// <summary>The socket on which systemd hears a service, under the test's control.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-notify-");
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <param name="patience">How long <see cref="Receive"/> waits.</param>
    public NotifySocket(TimeSpan patience)
    {
        Address = Path.Combine(folder.FullName, "notify");
        socket.Bind(new UnixDomainSocketEndPoint(Address));
        socket.ReceiveTimeout = (int)patience.TotalMilliseconds;
    }

    /// <summary>For NOTIFY_SOCKET.</summary>
    public string Address { get; }

    /// <summary>Whether something has come that was not received yet.</summary>
    public bool HasMore => socket.Available > 0;

    /// <summary>The next message; empty when none comes in time.</summary>
    public string Receive()
    {
        var buffer = new byte[1000];
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return string.Empty;
        }
    }

    /// <summary>Receives until a message is the one that is waited for; false when none comes in time.</summary>
    public bool Hears(Func<string, bool> which)
    {
        string message;
        do
        {
            message = Receive();
        }
        while (message.Length > 0 && !which(message));
        return message.Length > 0;
    }

    public void Dispose()
    {
        socket.Dispose();
        folder.Delete(recursive: true);
    }
}
