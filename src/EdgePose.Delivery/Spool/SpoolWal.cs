using System.Buffers.Binary;

namespace EdgePose.Delivery.Spool;

/// <summary>What a write-ahead log was found to be.</summary>
/// <param name="Fault">What is wrong with it; null when nothing is.</param>
/// <param name="Tail">What comes after its last transaction, up to where it ends: a write that a kill cut short, or a last frame that is damaged, which looks the same.</param>
internal sealed record WalState(string? Fault, byte[] Tail);

/// <summary>
/// Looks at SQLite's write-ahead log before SQLite does. SQLite stops at the first frame whose checksum is wrong and forgets the rest without a word, which is
/// right for a frame that was being written when the power went, and a silent loss when a bit has flipped.
/// Source of the layout: SQLite, "Database File Format", section 4, The Write-Ahead Log.
/// </summary>
internal static class SpoolWal
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const uint MagicLittle = 0x377f0682; // the lowest bit set: checksums of big-endian words

    /// <summary>Looks at the log of <paramref name="path"/>.</summary>
    public static WalState Inspect(string path)
    {
        if (!File.Exists(path))
        {
            return new WalState(null, []);
        }

        var log = File.ReadAllBytes(path); // some hundred kilobytes: it is emptied every 64 pages
        if (log.Length < HeaderBytes)
        {
            return new WalState(log.Length == 0 ? null : "its write-ahead log is cut off in its header", []);
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(log);
        var big = (magic & 1) == 1;
        var sum = Add((0, 0), log.AsSpan(0, 24), big);
        return (magic & ~1u) == MagicLittle && sum == Sum(log.AsSpan(24))
            ? InspectFrames(log, sum, FrameHeaderBytes + BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(8)), big)
            : new WalState("the header of its write-ahead log is damaged", []);
    }

    private static WalState InspectFrames(byte[] log, (uint, uint) sum, int frameBytes, bool big)
    {
        var salts = log.AsSpan(16, 8);
        var committed = HeaderBytes;
        for (var at = HeaderBytes; ; at += frameBytes)
        {
            var rest = log.AsSpan(Math.Min(at, log.Length));
            if (rest.Length >= frameBytes)
            {
                sum = Add(Add(sum, rest[..8], big), rest[FrameHeaderBytes..frameBytes], big);
                if (rest.Slice(8, 8).SequenceEqual(salts) && sum == Sum(rest[16..]))
                {
                    committed = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]) > 0 ? at + frameBytes : committed; // the last of a transaction tells the file's size
                    continue;
                }
            }

            // Frames are written one after the other. When one of a later place is of this log, this one was whole once; else it is the end, where a kill may have cut a write short.
            for (var later = at + frameBytes; later + FrameHeaderBytes <= log.Length; later += frameBytes)
            {
                if (log.AsSpan(later + 8, 8).SequenceEqual(salts))
                {
                    return new WalState($"frame {((at - HeaderBytes) / frameBytes) + 1} of its write-ahead log is damaged", []);
                }
            }

            return new WalState(null, log[committed..Math.Min(at + frameBytes, log.Length)]);
        }
    }

    private static (uint, uint) Sum(ReadOnlySpan<byte> bytes) => (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    private static (uint, uint) Add((uint, uint) sum, ReadOnlySpan<byte> bytes, bool big)
    {
        var (a, b) = sum;
        for (var i = 0; i < bytes.Length; i += 8)
        {
            a += (big ? BinaryPrimitives.ReadUInt32BigEndian(bytes[i..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..])) + b;
            b += (big ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(i + 4)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i + 4)..])) + a;
        }

        return (a, b);
    }
}
