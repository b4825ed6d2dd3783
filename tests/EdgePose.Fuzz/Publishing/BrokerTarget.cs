using System.Net;
using System.Net.Sockets;
using EdgePose.Delivery.Broker;

namespace EdgePose.Fuzz.Publishing;

/// <summary>
/// What comes from a broker, which is all that comes over MQTT: EdgePose subscribes to nothing and takes no commands. The first byte says which version we speak (even: 5, odd: 3.1.1), the others
/// are sent packet by packet. The publisher lives on, takes an event for delivered only where an acknowledgement came, and makes no buffer of a length that merely stands there.
/// </summary>
/// <param name="reaction">How long the publisher has to say something to a packet.</param>
internal sealed class BrokerTarget(TimeSpan reaction) : IFuzzTarget, IAsyncDisposable
{
    private const int Waiting = 40; // more than the window in flight
    private const int MostAllocatedBytes = 4 << 20;
    private const int Acknowledgement = 4; // PUBACK: the upper half of a packet's first byte (MQTT 5, 2.1.2)
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan FirstReaction = TimeSpan.FromMilliseconds(250); // to what begins a connection, or neither that nor its end

    private int acknowledgements;

    /// <summary>The publisher that all inputs are told to; nobody listens at its first address.</summary>
    public PublisherRig Rig { get; } = new(new MqttConfig { Address = "mqtt://127.0.0.1:1" });

    /// <summary>Events posted so far, numbered from zero.</summary>
    public int Posted { get; private set; }

    /// <summary>How many inputs the publisher took for the start of a connection.</summary>
    public int Connected { get; private set; }

    public string Name => "broker";

    public int Rounds => 150;

    public int MaxBytes => 64 * 1024;

    /// <summary>Nothing is done on the thread that is measured.</summary>
    public TimeSpan LimitPerMegabyte => TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Pieces { get; } =
    [
        "\u0020\u0003\u0000\u0000\u0000", "\u0020\u0002\u0000\u0000", "\u0040\u0002\u0000\u0001", "\u0040\u0002\u0000\u0002", "\u0040\u0003\u0000\u0003\u0010", "\u0050\u0002\u0000\u0001", "\u0030\u0007\u0000\u0001a\u0000bcd",
        "\u0032\u0008\u0000\u0001a\u0000\u0001\u0000bc", "\u0034\u0008\u0000\u0001a\u0000\u0002\u0000bc", "\u0062\u0002\u0000\u0002", "\u0000\u0000", "\u007f\u007f\u007f\u007f", "\u0070\u0000", "\u0026\u0000\u0001a\u0000\u0001b",
    ];

    public object Run(byte[] input)
    {
        for (; Rig.Publisher.Status.EventsWaiting < Waiting; Posted++)
        {
            Rig.Post(Posted);
        }

        // Another address each time: what is left of the connection before does not reach it.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Rig.Publisher.Reconnect(new MqttConfig
        {
            Address = $"mqtt://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", Version = input.Length > 0 && input[0] % 2 == 1 ? MqttVersion.V311 : MqttVersion.V5,
        });
        Task.Run(() => TellAsync(listener, input.AsMemory(Math.Min(1, input.Length)))).GetAwaiter().GetResult();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    public void Examine(byte[] input, object outcome)
    {
        acknowledgements += input.Count(each => each >> 4 == Acknowledgement);
        Assert.True(Rig.IsAlive, "the publisher has ended");
        Assert.InRange(Rig.Publisher.Status.EventsSent, 0, acknowledgements);
        Assert.InRange((long)outcome, 0, MostAllocatedBytes);
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    /// <summary>One connection: its CONNECT is read, and the packets of the input answer it, each after a look at what was sent meanwhile.</summary>
    private async Task TellAsync(TcpListener listener, ReadOnlyMemory<byte> packets)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = await listener.AcceptTcpClientAsync(limit.Token);
        var (stream, patience) = (client.GetStream(), FirstReaction);
        var sent = new byte[64 * 1024];
        try
        {
            var read = await stream.ReadAsync(sent, limit.Token);
            while (packets.Length > 0 && read > 0)
            {
                var packet = packets[..Math.Min(packets.Length, PacketBytes(packets.Span))];
                await stream.WriteAsync(packet, limit.Token);
                packets = packets[packet.Length..];
                for (var asked = TimeProvider.System.GetTimestamp(); !client.Client.Poll(TimeSpan.Zero, SelectMode.SelectRead) && TimeProvider.System.GetElapsedTime(asked) < patience;)
                {
                    await Task.Delay(Look, limit.Token);
                }

                patience = reaction;
                while (read > 0 && stream.DataAvailable)
                {
                    read = await stream.ReadAsync(sent, limit.Token);
                }
            }

            Connected += Rig.Publisher.Status.IsConnected ? 1 : 0;
        }
        catch (IOException)
        {
            // the client has had enough of it
        }

        client.Client.Close(0); // reset: what is on its way is gone too
    }

    /// <summary>How long the packet is that begins here, as far as its length is short: what hides behind a lie about it comes with the next one.</summary>
    private static int PacketBytes(ReadOnlySpan<byte> packets) => packets.Length > 1 && packets[1] < 128 ? packets[1] + 2 : 5;
}
