using System.Buffers.Binary;
using OpenCvSharp;

namespace EdgePose.Inference;

/// <summary>
/// The one reader of picture files: for cameras, replay, evaluation, calibration and import alike. A picture is turned as its EXIF orientation says, and one that is too large,
/// cut short or broken is refused with a reason.
/// </summary>
public static class PictureFile
{
    /// <summary>The endings of pictures.</summary>
    public static readonly IReadOnlyList<string> Endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    /// <summary>The most pixels: more than any camera takes, and 300 MB decoded. A file of a hundred bytes can claim more than the memory of the device.</summary>
    public const long MaxPixels = 100_000_000;

    private const int HeadBytes = 256 * 1024; // the EXIF segment (64 kB at most), other segments, and the frame header behind them

    /// <summary>Whether a file name has a picture's ending.</summary>
    public static bool Is(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The pictures directly in a folder, by full path, in the order of their names. Hidden files, such as macOS's <c>._a.jpg</c>, are none.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static string[] In(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(path => Is(path) && !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)];

    /// <summary>Reads a picture as BGR.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">Why it cannot be used, as a clause; empty for a good one.</param>
    /// <returns>The picture, to be disposed; null with a fault.</returns>
    public static Mat? Read(string path, out string fault)
    {
        try
        {
            return Decode(File.ReadAllBytes(path), out fault);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = exception is FileNotFoundException or DirectoryNotFoundException ? "the file is missing" : $"cannot be read ({exception.Message})";
            return null;
        }
    }

    /// <summary>The EXIF orientation of a JPEG (1 to 8; 1 is shown as stored), and the size of its stored pixels where it is turned. A file that cannot be read has orientation 1.</summary>
    public static (int Orientation, (int WidthPx, int HeightPx)? StoredPx) HeadOf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var head = new byte[Math.Min(file.Length, HeadBytes)];
            file.ReadExactly(head);
            return ExifOrientation.Of(head) is > 1 and var orientation ? (orientation, JpegScan.SizeOf(head)) : (1, null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return (1, null);
        }
    }

    /// <summary>Width and height as the file's head states them, before any turn; null for an unknown format.</summary>
    public static (long WidthPx, long HeightPx)? SizeOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        // PNG: signature, then IHDR (W3C PNG, 11.2.2). BMP: BITMAPINFOHEADER at 14; a negative height is one from the top.
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] when bytes.Length >= 24 => (BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..])),
        [(byte)'B', (byte)'M', ..] when bytes.Length >= 26 => (Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[18..])), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]))),
        _ when JpegScan.IsJpeg(bytes) => JpegScan.SizeOf(bytes),
        _ => null, // WebP is at most 16,383 pixels wide and high (RFC 9649)
    };

    private static Mat? Decode(byte[] bytes, out string fault)
    {
        fault = SizeOf(bytes) is var (width, height) && width * height > MaxPixels ? $"claims {width} x {height} pixels, more than {MaxPixels / 1_000_000} million"
            : JpegScan.IsJpeg(bytes) && !JpegScan.IsWhole(bytes) ? "the JPEG is cut short or broken"
            : string.Empty;
        if (fault.Length > 0)
        {
            return null;
        }

        try
        {
            var picture = bytes.Length == 0 ? new Mat() : Cv2.ImDecode(bytes, ImreadModes.Color);
            if (!picture.Empty())
            {
                return picture;
            }

            picture.Dispose();
        }
        catch (OpenCVException)
        {
            // the same fault as an empty picture
        }

        fault = "no picture that OpenCV can decode";
        return null;
    }
}
