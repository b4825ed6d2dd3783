using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgePose.Regions;

namespace EdgePose.Inference;

/// <summary>
/// A view of a picture into an input tensor: sampled between pixels, split into planes, normalised; grey where the picture ends. A view that shrinks by two or more
/// samples means of blocks, so that nothing aliases at any scale. One per thread; nothing is allocated once the largest view has been seen.
/// </summary>
public sealed class ViewSampler
{
    // Beyond what bilinear sampling reaches, in blocks.
    private const int Reach = 2;

    private readonly int[] planes = new int[3];
    private readonly Vector128<float> scales;
    private readonly Vector128<float> offsets;
    private readonly Vector128<float> grey = Vector128.Create((float)Preprocessor.PaddingValue);
    private uint[] blocks = [];

    /// <summary>Makes one for a network's input.</summary>
    public ViewSampler(NetworkInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        for (var colour = 0; colour < 3; colour++)
        {
            planes[colour] = input.Channels == ChannelOrder.Bgr ? colour : 2 - colour;
        }

        // By byte of the pixel: 0 blue, 1 green, 2 red.
        scales = Vector128.Create(input.Scale[planes[0]], input.Scale[planes[1]], input.Scale[planes[2]], 0);
        offsets = Vector128.Create(-input.Mean[planes[0]], -input.Mean[planes[1]], -input.Mean[planes[2]], 0) * scales;
    }

    /// <summary>Fills one image of an input tensor.</summary>
    /// <param name="pixels">The picture, BGRx, row by row.</param>
    /// <param name="widthPx">Its width, positive.</param>
    /// <param name="heightPx">Its height, positive.</param>
    /// <param name="strideBytes">Bytes from one row to the next, a multiple of 4; at least a row.</param>
    /// <param name="view">The window.</param>
    /// <param name="destination">3 x height x width of the view.</param>
    /// <exception cref="ArgumentException">The sizes do not belong together; the message says which.</exception>
    public unsafe void Sample(ReadOnlySpan<byte> pixels, int widthPx, int heightPx, int strideBytes, in View view, Span<float> destination)
    {
        if (widthPx <= 0 || heightPx <= 0 || strideBytes < widthPx * 4L || strideBytes % 4 != 0 || pixels.Length < ((long)strideBytes * (heightPx - 1)) + (widthPx * 4L))
        {
            throw new ArgumentException($"The picture of {widthPx} x {heightPx} pixels, {strideBytes} bytes a row, does not fit in {pixels.Length} bytes of BGRx.", nameof(pixels));
        }

        if (destination.Length != 3L * view.Pixels)
        {
            throw new ArgumentException($"The tensor holds {destination.Length} values, but the view has 3 x {view.HeightPx} x {view.WidthPx}.", nameof(destination));
        }

        var block = Math.Max(1, (int)(1 / view.Scale));
        fixed (byte* bytes = pixels)
        fixed (float* tensor = destination)
        {
            if (block == 1)
            {
                Warp((uint*)bytes, strideBytes / 4, new(0, 0, widthPx, heightPx), 1, view, tensor);
                return;
            }

            var window = WindowOf(view, (widthPx + block - 1) / block, (heightPx + block - 1) / block, block);
            if (blocks.Length < window.Width * window.Height)
            {
                blocks = GC.AllocateUninitializedArray<uint>(window.Width * window.Height, pinned: true);
            }

            fixed (uint* means = blocks)
            {
                Shrink((uint*)bytes, strideBytes / 4, widthPx, heightPx, window, block, means);
                Warp(means, window.Width, window, block, view, tensor);
            }
        }
    }

    /// <summary>The blocks that a view can reach.</summary>
    private static Window WindowOf(in View view, int columns, int rows, int block)
    {
        double left = double.PositiveInfinity, right = double.NegativeInfinity, top = double.PositiveInfinity, bottom = double.NegativeInfinity;
        for (var corner = 0; corner < 4; corner++)
        {
            var (x, y) = view.ToSource((corner & 1) == 0 ? 0 : view.WidthPx - 1, (corner & 2) == 0 ? 0 : view.HeightPx - 1);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
        }

        var (x0, y0) = (Block(left, columns, block, -Reach), Block(top, rows, block, -Reach));
        return new(x0, y0, Math.Max(0, Block(right, columns, block, Reach + 1) - x0), Math.Max(0, Block(bottom, rows, block, Reach + 1) - y0));
    }

    private static int Block(double px, int most, int block, int beyond) => (int)Math.Clamp(Math.Floor(px / block) + beyond, 0, most);

    /// <summary>The mean of each block of a window; blocks at the picture's end are smaller.</summary>
    private static unsafe void Shrink(uint* pixels, int stride, int widthPx, int heightPx, in Window window, int block, uint* means)
    {
        for (var row = 0; row < window.Height; row++)
        {
            var y0 = (window.Y + row) * block;
            var lines = Math.Min(block, heightPx - y0);
            for (var column = 0; column < window.Width; column++)
            {
                var x0 = (window.X + column) * block;
                var breadth = Math.Min(block, widthPx - x0);
                var sum = Vector128<uint>.Zero;
                for (var y = 0; y < lines; y++)
                {
                    var line = pixels + ((long)(y0 + y) * stride) + x0;
                    for (var x = 0; x < breadth; x++)
                    {
                        sum += Widen(line[x]);
                    }
                }

                var mean = Vector128.ConvertToInt32((Vector128.ConvertToSingle(sum.AsInt32()) / (lines * breadth)) + Vector128.Create(0.5f));
                means[(row * window.Width) + column] = (uint)(mean.GetElement(0) | (mean.GetElement(1) << 8) | (mean.GetElement(2) << 16));
            }
        }
    }

    /// <summary>Samples each pixel of the view between four blocks.</summary>
    private unsafe void Warp(uint* source, int stride, in Window window, int block, in View view, float* tensor)
    {
        var plane = view.Pixels;
        float* blue = tensor + (planes[0] * plane), green = tensor + (planes[1] * plane), red = tensor + (planes[2] * plane);
        var squared = (view.XX * view.XX) + (view.XY * view.XY);
        var (stepX, stepY) = (view.XX / squared / block, view.XY / squared / block);
        for (var v = 0; v < view.HeightPx; v++)
        {
            var (sourceX, sourceY) = view.ToSource(0, v);
            var (x0, y0) = (((sourceX + 0.5) / block) - 0.5 - window.X, ((sourceY + 0.5) / block) - 0.5 - window.Y);
            for (var u = 0; u < view.WidthPx; u++)
            {
                var (x, y) = (x0 + (u * stepX), y0 + (u * stepY));
                var pixel = (At(source, stride, window, x, y) * scales) + offsets;
                var at = (v * view.WidthPx) + u;
                blue[at] = pixel.GetElement(0);
                green[at] = pixel.GetElement(1);
                red[at] = pixel.GetElement(2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe Vector128<float> At(uint* source, int stride, in Window window, double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (shareX, shareY) = ((float)(x - left), (float)(y - top));
        Vector128<float> a, b, c, d;
        if (left >= 0 && left < window.Width - 1 && top >= 0 && top < window.Height - 1)
        {
            var corner = source + ((long)top * stride) + left;
            (a, b, c, d) = (Colours(corner[0]), Colours(corner[1]), Colours(corner[stride]), Colours(corner[stride + 1]));
        }
        else
        {
            (a, b) = (Tap(source, stride, window, left, top), Tap(source, stride, window, left + 1, top));
            (c, d) = (Tap(source, stride, window, left, top + 1), Tap(source, stride, window, left + 1, top + 1));
        }

        var upper = a + ((b - a) * shareX);
        var lower = c + ((d - c) * shareX);
        return upper + ((lower - upper) * shareY);
    }

    private unsafe Vector128<float> Tap(uint* source, int stride, in Window window, int x, int y) =>
        (uint)x < (uint)window.Width && (uint)y < (uint)window.Height ? Colours(source[((long)y * stride) + x]) : grey;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Colours(uint pixel) => Vector128.ConvertToSingle(Widen(pixel).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Widen(uint pixel) => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixel).AsByte()));

    private readonly record struct Window(int X, int Y, int Width, int Height);
}
