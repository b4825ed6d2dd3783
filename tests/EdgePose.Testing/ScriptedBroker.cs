using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgePose.Testing;

/// <summary>A small broker of MQTT 5 and 3.1.1 that answers as a test says. It serves what a real broker cannot be brought to do.</summary>
/// <param name="answer">The bytes that answer a connection; null closes it without an answer.</param>
/// <param name="loopback">Where it listens; null for 127.0.0.1.</param>
internal sealed class ScriptedBroker(Func<ScriptedBroker.Connect, byte[]?> answer, IPAddress? loopback = null) : IDisposable
{
    private const int AckPacket = 0x40;
    private const int LevelOfVersion5 = 5;

    private readonly TcpListener listener = Listen(loopback ?? IPAddress.Loopback);
    private readonly ConcurrentDictionary<TcpClient, Connect> clients = [];
    private int pings;

    /// <summary>Starts one that takes every connection.</summary>
    public static ScriptedBroker Willing() => Started(connect => Accept(connect));

    /// <summary>Starts one.</summary>
    public static ScriptedBroker Started(Func<Connect, byte[]?> answer, IPAddress? loopback = null)
    {
        var broker = new ScriptedBroker(answer, loopback);
        _ = broker.AcceptAsync();
        return broker;
    }

    /// <summary>What it was asked for.</summary>
    /// <param name="Level">5 for MQTT 5, 4 for 3.1.1.</param>
    /// <param name="Flags">CONNECT's flags: 0x04 a will, 0x18 its QoS, 0x20 it is retained (MQTT 5, 3.1.2.3).</param>
    /// <param name="KeepAliveSeconds">The keep-alive.</param>
    /// <param name="ClientId">The client id.</param>
    public sealed record Connect(int Level, byte Flags, int KeepAliveSeconds, string ClientId)
    {
        /// <summary>Whether it is MQTT 5.</summary>
        public bool IsVersion5 => Level == LevelOfVersion5;

        /// <summary>Whether the will is to be retained.</summary>
        public bool RetainsWill => (Flags & 0x20) != 0;

        /// <summary>QoS of the will.</summary>
        public int WillQos => (Flags >> 3) & 3;
    }

    /// <summary>A message that came.</summary>
    public sealed record Publish(string Topic, int Qos, bool Retain, string ClientId);

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Its address.</summary>
    public string Address => $"mqtt://127.0.0.1:{Port}";

    /// <summary>Every connection that was asked for.</summary>
    public ConcurrentQueue<Connect> Connects { get; } = [];

    /// <summary>Every message that came.</summary>
    public ConcurrentQueue<Publish> Publishes { get; } = [];

    /// <summary>How many pings came.</summary>
    public int Pings => Volatile.Read(ref pings);

    /// <summary>The code that answers a subscription.</summary>
    public byte SubscriptionCode { get; set; }

    /// <summary>The code that answers a message of MQTT 5.</summary>
    public byte PublishCode { get; set; }

    /// <summary>Whether pings are answered.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Called after each message: the code that ends the connection (MQTT 5), 0 to close it without a word, or null to go on.</summary>
    public Func<Publish, byte?> Ends { get; set; } = static _ => null;

    /// <summary>An answer that takes the connection.</summary>
    /// <param name="connect">The connection.</param>
    /// <param name="properties">Properties of MQTT 5.</param>
    public static byte[] Accept(Connect connect, params byte[] properties) => Answer(connect, 0, properties);

    /// <summary>An answer to a connection in the form of its version.</summary>
    /// <param name="connect">The connection.</param>
    /// <param name="code">The code of that version.</param>
    /// <param name="properties">Properties of MQTT 5.</param>
    public static byte[] Answer(Connect connect, byte code, params byte[] properties) => connect.IsVersion5
        ? [0x20, (byte)(3 + properties.Length), 0, code, (byte)properties.Length, .. properties]
        : OldAnswer(code);

    /// <summary>An answer in the form of MQTT 3.1.1.</summary>
    public static byte[] OldAnswer(byte code) => [0x20, 2, 0, code];

    /// <summary>Ends every connection with a reason, or without.</summary>
    /// <param name="code">The reason code of MQTT 5; null for none.</param>
    public void EndAll(byte? code)
    {
        foreach (var client in clients.Keys)
        {
            End(client, code);
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        EndAll(null);
    }

    private static TcpListener Listen(IPAddress address)
    {
        var listener = new TcpListener(address, 0);
        listener.Start();
        return listener;
    }

    private static void End(TcpClient client, byte? code)
    {
        try
        {
            if (code is { } reason)
            {
                client.GetStream().Write([0xE0, 2, reason, 0]);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // the client went first
        }

        client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            var line = client.GetStream();
            while (await ReadAsync(line) is var (head, body))
            {
                if (await AnswerAsync(client, line, head, body) is false)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // the client went away
        }

        clients.TryRemove(client, out _);
        client.Dispose();
    }

    private async Task<bool> AnswerAsync(TcpClient client, NetworkStream line, byte head, byte[] body)
    {
        switch (head >> 4)
        {
            case 1:
                var connect = Read(body);
                Connects.Enqueue(connect);
                if (answer(connect) is not { } bytes)
                {
                    return false;
                }

                clients[client] = connect;
                await line.WriteAsync(bytes);
                return bytes[3] == 0;
            case 3:
                return await TakeAsync(client, line, head, body);
            case 8:
                byte[] granted = clients[client].IsVersion5 ? [0x90, 4, body[0], body[1], 0, SubscriptionCode] : [0x90, 3, body[0], body[1], SubscriptionCode];
                await line.WriteAsync(granted);
                return true;
            case 12:
                Interlocked.Increment(ref pings);
                if (AnswersPings)
                {
                    await line.WriteAsync(new byte[] { 0xD0, 0 });
                }

                return true;
            default:
                return head >> 4 != 14;
        }
    }

    private async Task<bool> TakeAsync(TcpClient client, NetworkStream line, byte head, byte[] body)
    {
        var (qos, length) = ((head >> 1) & 3, BinaryPrimitives.ReadUInt16BigEndian(body));
        var connect = clients[client];
        var publish = new Publish(Encoding.UTF8.GetString(body, 2, length), qos, (head & 1) != 0, connect.ClientId);
        Publishes.Enqueue(publish);
        if (Ends(publish) is { } code)
        {
            End(client, code == 0 ? null : code);
            return false;
        }

        if (qos > 0)
        {
            byte[] acknowledged = connect.IsVersion5 && PublishCode != 0 ? [AckPacket, 4, body[2 + length], body[3 + length], PublishCode, 0] : [AckPacket, 2, body[2 + length], body[3 + length]];
            await line.WriteAsync(acknowledged);
        }

        return true;
    }

    private static Connect Read(byte[] body)
    {
        const int fixedBytes = 10; // name of the protocol 6, level 1, flags 1, keep-alive 2
        var at = fixedBytes;
        at += body[6] == LevelOfVersion5 ? 1 + body[fixedBytes] : 0; // few properties: their length fits into one byte
        var length = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at));
        return new Connect(body[6], body[7], BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(8)), Encoding.UTF8.GetString(body, at + 2, length));
    }

    private static async Task<(byte Head, byte[] Body)?> ReadAsync(NetworkStream line)
    {
        var one = new byte[1];
        if (await line.ReadAsync(one) == 0)
        {
            return null;
        }

        var (head, length, shift) = (one[0], 0, 0);
        do
        {
            await line.ReadExactlyAsync(one);
            length |= (one[0] & 127) << shift;
            shift += 7;
        }
        while (one[0] > 127);

        var body = new byte[length];
        await line.ReadExactlyAsync(body);
        return (head, body);
    }
}
