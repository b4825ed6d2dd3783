namespace EdgePose.Compression.Evaluation;

/// <summary>
/// Whether a JPEG file is whole. OpenCV decodes one that was cut short without a word and fills the rest with grey, which an evaluation would take for the
/// picture. Source of the markers: ITU-T T.81, annex B.
/// </summary>
internal static class JpegScan
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Walks the segments to the end of the image; what stands behind it (some cameras add data) is not looked at.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
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
