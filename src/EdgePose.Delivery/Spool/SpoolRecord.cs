using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgePose.Delivery.Spool;

/// <summary>An event in the log: its place in the order, when it was stored (<see cref="SpoolClock"/>), and what is sent. Positions rise by one; none is used twice.</summary>
internal readonly record struct SpoolEvent(long Position, DateTimeOffset StoredAt, StoredMessage Message);

/// <summary>What ends each write to the log.</summary>
/// <param name="Last">The highest position given so far: an event up to here that is neither in the log nor gone was lost.</param>
/// <param name="Dropped">Events dropped since the spool was made, by cause.</param>
/// <param name="Gone">Positions that no longer wait, as ranges: delivered, dropped or lost.</param>
internal readonly record struct SpoolMark(long Last, DropCounts Dropped, IReadOnlyList<(long First, long Last)> Gone);

/// <summary>What a record begins with. It has a checksum of its own, so that a damaged body can be skipped, and a record that the file cuts short can be told from a damaged one.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct RecordHeader(uint Magic, int BodyBytes, uint BodyChecksum, int Kind, long Position, uint Checksum);

/// <summary>The bytes of a record: <see cref="RecordHeader"/>, and a body. All is little-endian, as each machine is that .NET 10 runs on for us. Texts are written as <see cref="BinaryWriter"/> does.</summary>
internal static class SpoolRecord
{
    public const int Event = 1; // body: time of storing (ms, Unix), time of the event (100 ns since year 1), id, topic, type, payload up to the end
    public const int Mark = 2; // body: six drop counts, then first and last position of each range that is gone
    public const int HeaderBytes = 28;
    public const int MaxMessageBytes = 124 * 1024; // of StoredMessage.Bytes
    private const int MaxBodyBytes = 16 * 1024 * 1024; // a mark of a million ranges; what claims to be longer is damaged
    private const int CountsInMark = 6;

    public static ReadOnlySpan<byte> Magic => "EPr\u0002"u8;

    public static void Write(MemoryStream to, in SpoolEvent entry)
    {
        var (start, body) = Begin(to);
        body.Write(entry.StoredAt.ToUnixTimeMilliseconds());
        body.Write(entry.Message.At.UtcTicks);
        body.Write(entry.Message.Id);
        body.Write(entry.Message.Topic);
        body.Write(entry.Message.Type);
        body.Write(entry.Message.Payload);
        Seal(to, start, Event, entry.Position);
    }

    public static void Write(MemoryStream to, in SpoolMark mark)
    {
        var (start, body) = Begin(to);
        var (full, aged, diskFull, diskSlow, corrupt, refused) = mark.Dropped;
        long[] values = [full, aged, diskFull, diskSlow, corrupt, refused, .. mark.Gone.SelectMany(range => (long[])[range.First, range.Last])];
        body.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        Seal(to, start, Mark, mark.Last);
    }

    /// <summary>The event of a body; null when it is none.</summary>
    public static SpoolEvent? ReadEvent(long position, ReadOnlySpan<byte> body)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(body.ToArray()));
            var (storedAt, at) = (DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero));
            return new SpoolEvent(position, storedAt, new StoredMessage(reader.ReadString(), reader.ReadString(), reader.ReadString(), at, reader.ReadBytes(body.Length)));
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or IOException)
        {
            return null;
        }
    }

    public static SpoolMark ReadMark(long last, ReadOnlySpan<byte> body)
    {
        long[] values = [.. MemoryMarshal.Cast<byte, long>(body), .. new long[CountsInMark]];
        return new SpoolMark(
            last, new DropCounts(values[0], values[1], values[2], values[3], values[4], values[5]), [.. values[CountsInMark..].SkipLast(CountsInMark).Chunk(2).Select(range => (range[0], range[^1]))]);
    }

    /// <summary>When an event was stored, from its body.</summary>
    public static DateTimeOffset StoredAt(ReadOnlySpan<byte> body) => DateTimeOffset.FromUnixTimeMilliseconds(body.Length < sizeof(long) ? 0 : Math.Clamp(MemoryMarshal.Read<long>(body), 0, 1L << 47));

    /// <summary>The whole header at the start of <paramref name="bytes"/>; null when there is none.</summary>
    public static RecordHeader? ReadHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderBytes && bytes.StartsWith(Magic) && MemoryMarshal.Read<RecordHeader>(bytes) is { BodyBytes: >= 0 and <= MaxBodyBytes } header && header.Checksum == Checksum(bytes[..24]) ? header : null;

    /// <summary>CRC-32C (RFC 3720, appendix B.4). It finds every flip of up to 32 bits in a row.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, MemoryMarshal.Read<ulong>(bytes));
        }

        foreach (var single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return ~crc;
    }

    private static (int Start, BinaryWriter Body) Begin(MemoryStream to)
    {
        var start = (int)to.Position;
        to.Write(stackalloc byte[HeaderBytes]);
        return (start, new BinaryWriter(to));
    }

    private static void Seal(MemoryStream to, int start, int kind, long position)
    {
        var record = to.GetBuffer().AsSpan(start, (int)to.Position - start);
        var header = new RecordHeader(MemoryMarshal.Read<uint>(Magic), record.Length - HeaderBytes, Checksum(record[HeaderBytes..]), kind, position, 0);
        MemoryMarshal.Write(record, header);
        MemoryMarshal.Write(record, header with { Checksum = Checksum(record[..24]) });
    }
}
