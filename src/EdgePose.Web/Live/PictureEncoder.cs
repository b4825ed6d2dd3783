using System.Buffers.Binary;
using EdgePose.Cameras.Frames;
using OpenCvSharp;

namespace EdgePose.Web.Live;

/// <summary>Makes the messages of the WebSocket: the length of the JSON (4 bytes, little-endian), the JSON, and the picture as JPEG, if there is one.</summary>
internal static class PictureEncoder
{
    /// <summary>JPEG quality, 0 to 100: at 70 edges of limbs stay clean, and a picture of 456x256 has some 20 kB.</summary>
    private const int Quality = 70;

    private static readonly ImageEncodingParam[] Parameters = [new(ImwriteFlags.JpegQuality, Quality)];

    /// <summary>A message of skeletons alone.</summary>
    public static byte[] Skeletons(ReadOnlyMemory<byte> header) => Message(header.Span, []);

    /// <summary>A message with its picture.</summary>
    /// <exception cref="TypeInitializationException">OpenCV's native library is not installed.</exception>
    /// <exception cref="DllNotFoundException">Likewise.</exception>
    public static unsafe byte[] Picture(ReadOnlyMemory<byte> header, Frame frame)
    {
        fixed (byte* pixels = frame.Pixels)
        {
            using var picture = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, MatType.CV_8UC4, (nint)pixels, frame.StrideBytes);
            Cv2.ImEncode(".jpg", picture, out var jpeg, Parameters);
            return Message(header.Span, jpeg);
        }
    }

    private static byte[] Message(ReadOnlySpan<byte> header, ReadOnlySpan<byte> jpeg)
    {
        var message = new byte[sizeof(int) + header.Length + jpeg.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, header.Length);
        header.CopyTo(message.AsSpan(sizeof(int)));
        jpeg.CopyTo(message.AsSpan(sizeof(int) + header.Length));
        return message;
    }
}
