using System.Runtime.InteropServices;
using System.Text;
using EdgePose.Fault.Tests.Proxy;

namespace EdgePose.Fault.Tests.Publishing;

/// <summary>
/// Loses the broker's acknowledgements (PUBACK) of one message on their way through a proxy that serves one client. The broker acknowledges in order (MQTT 5, 4.6), so the
/// acknowledgement is found by counting.
/// </summary>
internal sealed class LostAcknowledgements
{
    private const int Publish = 3;
    private const int PubAck = 4;

    private readonly byte[] mark;
    private readonly int most;
    private Connection current = new();
    private int lost;

    /// <param name="proxy">The way to the broker.</param>
    /// <param name="mark">What only that message contains.</param>
    /// <param name="most">How many are lost; then they pass.</param>
    public LostAcknowledgements(FaultProxy proxy, string mark, int most = int.MaxValue)
    {
        (this.mark, this.most) = (Encoding.UTF8.GetBytes(mark), most);
        proxy.ToServer.Editor = () =>
        {
            var connection = current = new Connection();
            return new Packets(_ => true, packet => Sent(packet, connection));
        };
        proxy.ToClient.Editor = () =>
        {
            var connection = current; // the proxy begins with the other direction
            return new Packets(first => Passes(first, connection), _ => { });
        };
    }

    /// <summary>Acknowledgements that were lost.</summary>
    public int Lost => Volatile.Read(ref lost);

    private void Sent(ReadOnlySpan<byte> packet, Connection connection)
    {
        if (packet[0] >> 4 == Publish && (packet[0] & 6) != 0) // of a QoS that is acknowledged
        {
            connection.Sent++;
            connection.Marked = Lost < most && packet.IndexOf(mark) >= 0 ? connection.Sent : connection.Marked;
        }
    }

    private bool Passes(byte first, Connection connection)
    {
        if (first >> 4 != PubAck || ++connection.Acknowledged != connection.Marked)
        {
            return true;
        }

        Interlocked.Increment(ref lost);
        return false;
    }

    /// <summary>What was counted of a connection.</summary>
    private sealed class Connection
    {
        public int Sent { get; set; }

        public int Acknowledged { get; set; }

        public int Marked { get; set; }
    }

    /// <summary>Reads MQTT's packets.</summary>
    /// <param name="passes">Whether a packet goes on, by its first byte.</param>
    /// <param name="ended">Told of each packet once it has gone.</param>
    private sealed class Packets(Func<byte, bool> passes, Packets.Reader ended) : IStreamEditor
    {
        private readonly List<byte> packet = [];
        private bool goesOn;
        private int body;    // where it begins, once its length is known; else 0
        private int length;

        public delegate void Reader(ReadOnlySpan<byte> packet);

        public byte? Take(byte value, out bool mayFlip)
        {
            mayFlip = false;
            if (packet.Count == 0)
            {
                (goesOn, body, length) = (passes(value), 0, 0);
            }
            else if (body == 0)
            {
                length |= (value & 0x7F) << (7 * (packet.Count - 1)); // MQTT 5, 1.5.5
                body = value < 0x80 ? packet.Count + 1 : 0;
            }

            packet.Add(value);
            if (body > 0 && packet.Count == body + length)
            {
                ended(CollectionsMarshal.AsSpan(packet));
                packet.Clear();
            }

            return goesOn ? value : null;
        }
    }
}
