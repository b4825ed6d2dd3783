using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgePose.Inference;

/// <summary>Interleaved bytes into three float planes, (value - mean) * scale, eight pixels at a time. Reads and writes each value once.</summary>
internal sealed class PlanarWriter
{
    // By byte of the pixel: 0 blue, 1 green, 2 red. value * scale + offset equals (value - mean) * scale.
    private readonly int[] planes = new int[3];
    private readonly float[] scales = new float[3];
    private readonly float[] offsets = new float[3];

    public PlanarWriter(NetworkInput input)
    {
        for (int colour = 0; colour < 3; colour++)
        {
            int plane = input.Channels == ChannelOrder.Bgr ? colour : 2 - colour;
            planes[colour] = plane;
            scales[colour] = input.Scale[plane];
            offsets[colour] = -input.Mean[plane] * input.Scale[plane];
        }
    }

    public unsafe void Write(byte* source, int strideBytes, int pixelBytes, Span<float> destination, in Letterbox letterbox)
    {
        int width = letterbox.NetworkWidthPx;
        int planeSize = width * letterbox.NetworkHeightPx;
        int right = letterbox.LeftPx + letterbox.InnerWidthPx;
        int bottom = letterbox.TopPx + letterbox.InnerHeightPx;
        for (int colour = 0; colour < 3; colour++)
        {
            Span<float> plane = destination.Slice(planes[colour] * planeSize, planeSize);
            float padding = (Preprocessor.PaddingValue * scales[colour]) + offsets[colour];
            plane[..(letterbox.TopPx * width)].Fill(padding);
            plane[(bottom * width)..].Fill(padding);
            if (letterbox.InnerWidthPx < width)
            {
                for (int y = letterbox.TopPx; y < bottom; y++)
                {
                    plane.Slice(y * width, letterbox.LeftPx).Fill(padding);
                    plane[((y * width) + right)..((y + 1) * width)].Fill(padding);
                }
            }
        }

        fixed (float* tensor = destination)
        {
            for (int y = 0; y < letterbox.InnerHeightPx; y++)
            {
                float* row = tensor + ((y + letterbox.TopPx) * width) + letterbox.LeftPx;
                WriteRow(
                    source + ((long)y * strideBytes), letterbox.InnerWidthPx, pixelBytes, row + (planes[0] * planeSize), row + (planes[1] * planeSize),
                    row + (planes[2] * planeSize));
            }
        }
    }

    private unsafe void WriteRow(byte* pixels, int count, int pixelBytes, float* blue, float* green, float* red)
    {
        Vector256<float> scale0 = Vector256.Create(scales[0]), scale1 = Vector256.Create(scales[1]), scale2 = Vector256.Create(scales[2]);
        Vector256<float> offset0 = Vector256.Create(offsets[0]), offset1 = Vector256.Create(offsets[1]), offset2 = Vector256.Create(offsets[2]);
        Vector256<int> mask = Vector256.Create(0xFF);

        // Eight 3-byte pixels are read as two loads of 16 bytes, the second from byte 12: 28 bytes, so ten pixels must be left. The last row
        // of a picture ends where its memory ends.
        int safe = pixelBytes == 4 ? count - 7 : count - 9;
        int x = 0;
        for (; x < safe; x += 8)
        {
            Vector256<int> eight = pixelBytes == 4 ? Vector256.Load((int*)(pixels + (4 * x))) : Widen(pixels + (3 * x));
            ((Vector256.ConvertToSingle(eight & mask) * scale0) + offset0).Store(blue + x);
            ((Vector256.ConvertToSingle((eight >>> 8) & mask) * scale1) + offset1).Store(green + x);
            ((Vector256.ConvertToSingle((eight >>> 16) & mask) * scale2) + offset2).Store(red + x);
        }

        for (; x < count; x++)
        {
            byte* pixel = pixels + (x * pixelBytes);
            blue[x] = (pixel[0] * scales[0]) + offsets[0];
            green[x] = (pixel[1] * scales[1]) + offsets[1];
            red[x] = (pixel[2] * scales[2]) + offsets[2];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<int> Widen(byte* pixels)
    {
        // 0xFF beyond the sixteen bytes selects zero: the fourth byte of each pixel.
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        Vector128<int> low = Vector128.Shuffle(Vector128.Load(pixels), order).AsInt32();
        Vector128<int> high = Vector128.Shuffle(Vector128.Load(pixels + 12), order).AsInt32();
        return Vector256.Create(low, high);
    }
}
