namespace EdgePose.Fault.Tests.Proxy;

/// <summary>What befalls the bytes of one direction. Nothing does until a property is set; each may be set at any time.</summary>
/// <param name="seed">Of the flipped bits.</param>
internal sealed class DirectionFaults(int seed)
{
    private long forwarded;

    /// <summary>How long each byte is under way. Throughput does not suffer: many bytes are under way at once.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Bandwidth; 0 is without limit. Little is buffered (about 1.6 s of it), so that the sender soon feels it.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Writes of at most so many bytes, each a packet of its own; 0 leaves them as they came.</summary>
    public int SliceBytes { get; set; }

    /// <summary>How many bytes of a million get one random bit flipped.</summary>
    public double FlipsPerMillion { get; set; }

    /// <summary>Reads along with the protocol, changes bytes and says which may be flipped; null changes none, and all may be. Called once for each connection: it may keep state.</summary>
    public Func<IStreamEditor>? Editor { get; set; }

    /// <summary>Both ends are closed (FIN) when so many bytes have gone this way over a connection; 0 never does.</summary>
    public long CloseAfterBytes { get; set; }

    /// <summary>Bytes are taken and thrown away, acknowledged by TCP: a peer that hangs with its socket open. What was swallowed is lost when it ends.</summary>
    public bool Swallows { get; set; }

    /// <summary>Bytes are not taken any more: the sender's window fills and closes. Nothing is lost when it ends.</summary>
    public bool Holds { get; set; }

    /// <summary>Bytes that have gone this way, over all connections.</summary>
    public long Forwarded => Interlocked.Read(ref forwarded);

    /// <summary>Bits that were flipped, over all connections.</summary>
    public long Flipped { get; private set; }

    /// <summary>The faults of one new connection.</summary>
    public Flow Begin(int number) => new(this, new Random(HashCode.Combine(seed, number) & int.MaxValue), Editor?.Invoke());

    /// <summary>One connection's bytes in this direction.</summary>
    internal sealed class Flow(DirectionFaults faults, Random random, IStreamEditor? editor)
    {
        private long passed;

        public DirectionFaults Faults => faults;

        /// <summary>Counts and damages the bytes that are about to go.</summary>
        /// <param name="bytes">They; what still goes is at its beginning afterwards.</param>
        /// <param name="ends">Whether the connection ends with them.</param>
        /// <returns>How many of them still go.</returns>
        public int Pass(Span<byte> bytes, out bool ends)
        {
            var taken = faults.CloseAfterBytes is > 0 and var limit ? (int)Math.Min(bytes.Length, Math.Max(0, limit - passed)) : bytes.Length;
            var count = 0;
            for (var i = 0; i < taken; i++)
            {
                var mayFlip = true;
                if ((editor is null ? bytes[i] : editor.Take(bytes[i], out mayFlip)) is not { } value)
                {
                    continue;
                }

                if (mayFlip && faults.FlipsPerMillion > 0 && random.NextDouble() * 1e6 < faults.FlipsPerMillion)
                {
                    value ^= (byte)(1 << random.Next(8));
                    faults.Flipped++;
                }

                bytes[count++] = value;
            }

            passed += count;
            Interlocked.Add(ref faults.forwarded, count);
            ends = taken < bytes.Length;
            return count;
        }
    }
}

/// <summary>Reads along with a protocol, and damages it where it hurts.</summary>
internal interface IStreamEditor
{
    /// <summary>Takes the next byte as it was sent.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="mayFlip">Whether random bits of it may be flipped.</param>
    /// <returns>The byte that goes on; null for one that does not.</returns>
    byte? Take(byte value, out bool mayFlip);
}
