using System.Buffers.Binary;

namespace EdgePose.Inference;

/// <summary>
/// How the stored pixels of a JPEG are turned to be shown. Source: JEITA CP-3451 (Exif 2.32), 4.5.4 and 4.6.4, tag 0x0112.
/// </summary>
internal static class ExifOrientation
{
    private const byte Application1 = 0xE1;
    private const int OrientationTag = 0x0112;
    private const int TiffStart = 10; // of the segment: marker (2), length (2), "Exif\0\0" (6)
    private const int EntryBytes = 12;

    /// <summary>The orientation, 1 to 8; 1, shown as stored, where the file states none.</summary>
    /// <param name="jpeg">The file's first bytes.</param>
    public static int Of(ReadOnlySpan<byte> jpeg)
    {
        for (var at = 2; JpegScan.IsJpeg(jpeg) && at + 4 <= jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] is >= 0xE0 and <= 0xEF or 0xFE;)
        {
            var end = Math.Min(jpeg.Length, at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]));
            if (jpeg[at + 1] == Application1 && end - at > TiffStart && jpeg[(at + 4)..].StartsWith("Exif\0\0"u8))
            {
                return OfTiff(jpeg[(at + TiffStart)..end]);
            }

            at = end;
        }

        return 1;
    }

    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
        {
            return 1;
        }

        var isLittle = tiff[0] == 'I';
        int Short(ReadOnlySpan<byte> at) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return 1;
        }

        var entries = tiff[(int)directory..];
        for (var (left, rest) = (Short(entries), entries.Length - 2); left > 0 && rest >= EntryBytes; left--, rest -= EntryBytes)
        {
            var entry = entries[^rest..];
            if (Short(entry) == OrientationTag)
            {
                return Short(entry[8..]) is >= 1 and <= 8 and var orientation ? orientation : 1;
            }
        }

        return 1;
    }
}
