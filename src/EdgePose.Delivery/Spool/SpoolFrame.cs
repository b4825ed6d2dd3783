using System.Buffers.Binary;
using System.Numerics;

namespace EdgePose.Delivery.Spool;

/// <summary>
/// The outer form of everything that the spool writes: magic (7 bytes), kind (1), length of the whole (4), checksum (4), body; little-endian. A frame says by
/// itself where it begins, how long it is and whether it is whole, so that it can be found in a file whose tables are lost. See README.md.
/// </summary>
internal static class SpoolFrame
{
    /// <summary>Kind of a message.</summary>
    public const byte Message = 1;

    /// <summary>Kind of a mark.</summary>
    public const byte Mark = 2;

    /// <summary>Bytes before the body.</summary>
    public const int HeaderBytes = 16;

    /// <summary>The longest frame.</summary>
    public const int MaxBytes = 128 * 1024;

    private static ReadOnlySpan<byte> Magic => "EPspool"u8;

    /// <summary>A frame with room for a body of <paramref name="bodyBytes"/>; fill that, then <see cref="Seal"/> it.</summary>
    public static byte[] Create(byte kind, int bodyBytes)
    {
        var frame = new byte[HeaderBytes + bodyBytes];
        Magic.CopyTo(frame);
        frame[7] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), frame.Length);
        return frame;
    }

    /// <summary>Writes the checksum, when the body is complete.</summary>
    public static void Seal(Span<byte> frame) => BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], Checksum(frame));

    /// <summary>The whole frame that begins at the start of <paramref name="bytes"/>, or empty when there is none or it is damaged.</summary>
    public static ReadOnlySpan<byte> At(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic))
        {
            return [];
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (length < HeaderBytes || length > Math.Min(bytes.Length, MaxBytes))
        {
            return [];
        }

        var frame = bytes[..length];
        return Checksum(frame) == BinaryPrimitives.ReadUInt32LittleEndian(frame[12..]) ? frame : [];
    }

    /// <summary>Where the next magic is in <paramref name="bytes"/>, or -1.</summary>
    public static int Find(ReadOnlySpan<byte> bytes) => bytes.IndexOf(Magic);

    /// <summary>CRC-32C (RFC 3720, appendix B.4) of all but the checksum's own place: it finds every flip of up to 32 bits in a row.</summary>
    private static uint Checksum(ReadOnlySpan<byte> frame)
    {
        var crc = Continue(uint.MaxValue, frame[..12]);
        return ~Continue(crc, frame[HeaderBytes..]);
    }

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return crc;
    }
}
