using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Reload;

/// <summary>
/// The socket by which <c>edgepose reload</c> finds the daemon of a configuration: in the service's runtime folder, named after the configuration's path, for the daemon's own
/// user (and root) alone. One line in (<c>reload</c>), one line of JSON out (<see cref="ReloadVerdict"/>).
/// </summary>
internal sealed partial class ControlSocket(string path, IReloader reloader, ILogger logger)
{
    private const int MaxRequestBytes = 64;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);

    /// <summary>Answers until <paramref name="stop"/>. Without a folder for the socket it says so and ends: files and signals still work.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await BindAsync(listener, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogNoSocket(path, fault.Message);
            return;
        }

        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync(stop).ConfigureAwait(false);
                await AnswerAsync(connection, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task BindAsync(Socket listener, CancellationToken stop)
    {
        PrivateFolder.Make(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            if (await ControlClient.IsAnsweredAsync(path, stop).ConfigureAwait(false))
            {
                throw new IOException("another daemon of the same configuration holds it");
            }

            File.Delete(path); // left by a daemon that was killed
        }

        listener.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        listener.Listen();
    }

    private async Task AnswerAsync(Socket connection, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(RequestLimit);
        try
        {
            if (await ReadLineAsync(connection, limit.Token).ConfigureAwait(false) == "reload")
            {
                var verdict = await reloader.ReloadAsync("command", stop).ConfigureAwait(false);
                await connection.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(verdict) + "\n"), stop).ConfigureAwait(false);
            }
        }
        catch (SocketException)
        {
            // Who asked has gone; the reload itself is done and logged.
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Who connected said nothing in time.
        }
    }

    private static async Task<string> ReadLineAsync(Socket connection, CancellationToken stop)
    {
        var bytes = new byte[MaxRequestBytes];
        var count = 0;
        while (count < bytes.Length && await connection.ReceiveAsync(bytes.AsMemory(count), stop).ConfigureAwait(false) is > 0 and var more)
        {
            count += more;
            if (bytes.AsSpan(0, count).IndexOf((byte)'\n') is >= 0 and var end)
            {
                return Encoding.ASCII.GetString(bytes, 0, end);
            }
        }

        return "";
    }

    [LoggerMessage(EventId = LogEvents.ReloadNoSocket, Level = LogLevel.Information, Message = "No control socket {Path} ({Reason}): 'edgepose reload' does not reach this daemon; a change of the files and SIGHUP do")]
    private partial void LogNoSocket(string path, string reason);
}
