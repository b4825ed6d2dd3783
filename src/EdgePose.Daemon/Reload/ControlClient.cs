using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace EdgePose.Daemon.Reload;

/// <summary>Asks a running daemon, through its control socket.</summary>
public static class ControlClient
{
    /// <summary>Lets the daemon reload, and waits for what becomes of it.</summary>
    /// <param name="socket">The control socket.</param>
    /// <param name="stop">Ends the wait; the daemon goes on.</param>
    /// <returns>The verdict; null when the daemon ended meanwhile.</returns>
    /// <exception cref="SocketException">Nobody answers there, or this user may not ask.</exception>
    public static async Task<ReloadVerdict?> ReloadAsync(string socket, CancellationToken stop)
    {
        using var connection = await ConnectAsync(socket, stop).ConfigureAwait(false);
        await connection.SendAsync("reload\n"u8.ToArray(), stop).ConfigureAwait(false);
        using var stream = new NetworkStream(connection);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = await reader.ReadLineAsync(stop).ConfigureAwait(false);
        return line is null ? null : JsonSerializer.Deserialize<ReloadVerdict>(line);
    }

    /// <summary>Whether somebody listens there.</summary>
    internal static async Task<bool> IsAnsweredAsync(string socket, CancellationToken stop)
    {
        try
        {
            using var connection = await ConnectAsync(socket, stop).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<Socket> ConnectAsync(string socket, CancellationToken stop)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), stop).ConfigureAwait(false);
            return connection;
        }
        catch (SocketException)
        {
            connection.Dispose();
            throw;
        }
    }
}
