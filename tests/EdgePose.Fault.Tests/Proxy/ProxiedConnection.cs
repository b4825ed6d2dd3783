using System.Net.Sockets;
using System.Threading.Channels;

namespace EdgePose.Fault.Tests.Proxy;

/// <summary>One client's connection through the proxy: both sockets, and a pump in each direction.</summary>
internal sealed class ProxiedConnection(Socket client, Socket server)
{
    private const int ChunkBytes = 16 * 1024;
    private const int ChunksUnderWay = 16;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20); // how soon a changed setting is seen
    private readonly CancellationTokenSource ended = new();
    private volatile bool closed;

    /// <summary>Moves bytes until both directions have ended, or until it is reset or closed.</summary>
    public async Task RunAsync(DirectionFaults.Flow toServer, DirectionFaults.Flow toClient)
    {
        client.NoDelay = server.NoDelay = true;
        await Task.WhenAll(PumpAsync(client, server, toServer), PumpAsync(server, client, toClient));
        client.Dispose();
        server.Dispose();
    }

    /// <summary>RST to both ends.</summary>
    public void Reset()
    {
        Reset(client);
        Reset(server);
        ended.Cancel();
    }

    /// <summary>FIN to both ends.</summary>
    public void Close()
    {
        Shut(client, SocketShutdown.Both);
        Shut(server, SocketShutdown.Both);
        closed = true;
        ended.Cancel();
    }

    /// <summary>Closes a socket with RST: nothing that was sent and not acknowledged is sent again.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, 0);
            socket.Close();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // closed already
        }
    }

    private async Task PumpAsync(Socket from, Socket to, DirectionFaults.Flow flow)
    {
        var underWay = Channel.CreateBounded<(byte[] Bytes, long Due)>(new BoundedChannelOptions(ChunksUnderWay) { SingleReader = true, SingleWriter = true });
        await Task.WhenAll(UntilEnd(ReadAsync(from, underWay.Writer, flow.Faults)), UntilEnd(WriteAsync(underWay.Reader, to, flow)));
    }

    /// <summary>An end that fails takes the whole connection with it, as a reset does.</summary>
    private async Task UntilEnd(Task pumping)
    {
        try
        {
            await pumping;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (!closed)
            {
                Reset();
            }
        }
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(byte[] Bytes, long Due)> underWay, DirectionFaults faults)
    {
        var buffer = new byte[ChunkBytes];
        while (true)
        {
            while (faults.Holds)
            {
                await Task.Delay(Look, ended.Token);
            }

            var slow = faults.BytesPerSecond;
            var most = slow > 0 ? Math.Clamp(slow / 10, 1, ChunkBytes) : ChunkBytes;
            var count = await from.ReceiveAsync(buffer.AsMemory(0, most), ended.Token);
            if (count == 0)
            {
                underWay.Complete();
                return;
            }

            if (!faults.Swallows)
            {
                var due = TimeProvider.System.GetTimestamp() + (long)(faults.Latency.TotalSeconds * TimeProvider.System.TimestampFrequency);
                await underWay.WriteAsync((buffer[..count], due), ended.Token);
            }
        }
    }

    private async Task WriteAsync(ChannelReader<(byte[] Bytes, long Due)> underWay, Socket to, DirectionFaults.Flow flow)
    {
        var faults = flow.Faults;
        await foreach (var (bytes, due) in underWay.ReadAllAsync(ended.Token))
        {
            var wait = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, ended.Token);
            }

            var allowed = flow.Pass(bytes, out var ends);
            for (var sent = 0; sent < allowed;)
            {
                var slice = faults.SliceBytes > 0 ? Math.Min(faults.SliceBytes, allowed - sent) : allowed - sent;
                for (var end = sent + slice; sent < end;)
                {
                    sent += await to.SendAsync(bytes.AsMemory(sent, end - sent), ended.Token);
                }

                if (faults.BytesPerSecond is > 0 and var rate)
                {
                    await Task.Delay(TimeSpan.FromSeconds((double)slice / rate), ended.Token);
                }
            }

            if (ends)
            {
                Close();
            }
        }

        Shut(to, SocketShutdown.Send); // half closed, a connection may go on in the other direction
    }

    private static void Shut(Socket socket, SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // closed already
        }
    }
}
