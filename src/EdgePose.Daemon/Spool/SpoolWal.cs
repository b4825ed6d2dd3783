using System.Buffers.Binary;

namespace EdgePose.Daemon.Spool;

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

    /// <summary>What is wrong with a log that can be told from one that merely ends; null when nothing is.</summary>
    public static string? FaultOf(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        var header = new byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            return file.Length == 0 ? null : "its write-ahead log is cut off in its header";
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var big = (magic & 1) == 1;
        var sum = Add((0, 0), header.AsSpan(0, 24), big);
        if ((magic & ~1u) != MagicLittle || sum != Sum(header.AsSpan(24)))
        {
            return "the header of its write-ahead log is damaged";
        }

        var pageBytes = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        return FaultOfFrames(file, header.AsSpan(16, 8), sum, pageBytes, big);
    }

    private static string? FaultOfFrames(FileStream file, ReadOnlySpan<byte> salts, (uint, uint) sum, int pageBytes, bool big)
    {
        var frame = new byte[FrameHeaderBytes + pageBytes];
        for (var number = 1; ; number++)
        {
            var length = file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false);
            if (length < frame.Length)
            {
                return length == 0 ? null : $"frame {number} of its write-ahead log is cut off";
            }

            var (first, second) = (frame.AsSpan(8, 4).SequenceEqual(salts[..4]), frame.AsSpan(12, 4).SequenceEqual(salts[4..]));
            if (!first && !second)
            {
                return null; // left from before the log was begun anew: there both salts change
            }

            sum = Add(Add(sum, frame.AsSpan(0, 8), big), frame.AsSpan(FrameHeaderBytes), big);
            if (!first || !second || sum != Sum(frame.AsSpan(16)))
            {
                return $"frame {number} of its write-ahead log is damaged";
            }
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
