namespace EdgePose.Inference;

/// <summary>
/// Whether a JPEG file is whole. OpenCV decodes one that was cut short and fills the rest with grey.
/// Source of the markers: ITU-T T.81, annex B.
/// </summary>
internal static class JpegScan
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Whether the image has its end. Data after it, which some cameras add, is ignored.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes) => Walk(bytes, out _, out _);

    /// <summary>Width and height of the stored pixels; null without a frame header.</summary>
    public static (int WidthPx, int HeightPx)? SizeOf(ReadOnlySpan<byte> bytes)
    {
        Walk(bytes, out var width, out var height);
        return width > 0 ? (width, height) : null;
    }

    /// <summary>Walks the segments to the end of the image.</summary>
    private static bool Walk(ReadOnlySpan<byte> bytes, out int widthPx, out int heightPx)
    {
        (widthPx, heightPx) = (0, 0);
        var at = 2;
        while (at + 1 < bytes.Length)
        {
            if (bytes[at] != 0xFF)
            {
                return false;
            }

            var marker = bytes[at + 1];
            if (marker == EndOfImage)
            {
                return true;
            }

            if (marker == 0xFF)
            {
                at++; // a filling byte
                continue;
            }

            if (at + 3 >= bytes.Length)
            {
                return false;
            }

            // SOF0 to SOF15, without the markers between them that are none (DHT C4, JPG C8, DAC CC): precision, height, width.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && at + 8 < bytes.Length)
            {
                (heightPx, widthPx) = ((bytes[at + 5] << 8) | bytes[at + 6], (bytes[at + 7] << 8) | bytes[at + 8]);
            }

            at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
            if (marker == StartOfScan)
            {
                at = EndOfScan(bytes, at);
            }
        }

        return false;
    }

    /// <summary>The next marker behind compressed data: an FF that is followed neither by a stuffed 0 nor by a restart marker (D0 to D7).</summary>
    private static int EndOfScan(ReadOnlySpan<byte> bytes, int at)
    {
        for (; at + 1 < bytes.Length; at++)
        {
            if (bytes[at] == 0xFF && bytes[at + 1] is not 0 and not (>= 0xD0 and <= 0xD7) and not 0xFF)
            {
                break;
            }
        }

        return at;
    }
}
