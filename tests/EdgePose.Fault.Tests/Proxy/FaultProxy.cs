using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EdgePose.Fault.Tests.Proxy;

/// <summary>
/// A TCP proxy on the loopback that does to a connection what a bad network does. Each direction has faults of its own
/// (<see cref="ToServer"/>, <see cref="ToClient"/>), which may be changed while it runs and then hold for connections that are open, too.
/// </summary>
/// <example>
/// <code>
/// using var proxy = new FaultProxy(broker.Port);
/// proxy.ToServer.BytesPerSecond = 1000;   // a slow uplink
/// proxy.ResetAll();                       // RST to both ends of every connection
/// </code>
/// </example>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxiedConnection, bool> open = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private long accepted;

    /// <param name="targetPort">Where connections go to, on the loopback.</param>
    /// <param name="seed">Of the flipped bits; each connection draws its own stream from it.</param>
    public FaultProxy(int targetPort, int seed = 1)
    {
        (TargetPort, ToServer, ToClient) = (targetPort, new DirectionFaults(seed), new DirectionFaults(seed + 1));
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to, on the loopback.</summary>
    public int Port { get; }

    /// <summary>Where new connections go to; a server that comes back may do so on another port.</summary>
    public int TargetPort { get; set; }

    /// <summary>What befalls bytes from the client to the server.</summary>
    public DirectionFaults ToServer { get; }

    /// <summary>What befalls bytes from the server to the client.</summary>
    public DirectionFaults ToClient { get; }

    /// <summary>New connections are taken and reset at once, as by a port where nobody listens. Ones that are open stay so.</summary>
    public bool RefusesNew { get; set; }

    /// <summary>Connections that are open now.</summary>
    public int Open => open.Count;

    /// <summary>Connections that clients have made so far, refused ones included.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Sends RST to both ends of every connection that is open.</summary>
    public void ResetAll()
    {
        foreach (var connection in open.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>Closes every connection in the orderly way: FIN to both ends.</summary>
    public void CloseAll()
    {
        foreach (var connection in open.Keys)
        {
            connection.Close();
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        ResetAll();
        accepting.Wait(TimeSpan.FromSeconds(5));
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync(stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return; // disposed
            }

            var number = Interlocked.Increment(ref accepted);
            if (RefusesNew)
            {
                ProxiedConnection.Reset(client);
                continue;
            }

            _ = ServeAsync(client, (int)number);
        }
    }

    private async Task ServeAsync(Socket client, int number)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new ProxiedConnection(client, server);
        open[connection] = true; // before the server can know of it, so that who has seen it arrive there may reset it
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, TargetPort);
            await connection.RunAsync(ToServer.Begin(number), ToClient.Begin(number));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            connection.Reset(); // nobody listens there: the client is told as plainly as a proxy can
        }

        open.TryRemove(connection, out _);
    }
}
