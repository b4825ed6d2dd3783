using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgePose.Decoding;

/// <summary>The PAF of one limb: a vector a cell, read between cells.</summary>
internal readonly ref struct PafField
{
    /// <summary>Two samples a cell see every cell of the way; more only repeat what interpolation makes of the same cells.</summary>
    private const float SamplesPerCell = 2;
    private const int LeastSamples = 5;

    /// <summary>Bounds the work for a pair; OpenPose's own bound (see the table of decoders in docs/decoding.md).</summary>
    private const int MostSamples = 25;

    /// <summary>Square cells; two peaks closer than a thousandth of a cell have no direction.</summary>
    private const float LeastSquared = 1e-6f;

    private readonly ref float xs;
    private readonly ref float ys;
    private readonly int height;
    private readonly int width;

    public PafField(Pafs pafs, Limb limb)
    {
        xs = ref MemoryMarshal.GetReference(pafs.Channel(limb.PafX));
        ys = ref MemoryMarshal.GetReference(pafs.Channel(limb.PafY));
        height = pafs.HeightCells;
        width = pafs.WidthCells;
    }

    /// <summary>
    /// Whether the field may join two peaks, by the nearest cells a quarter, half and three quarters of the way: nearly every pair of a crowd belongs to two
    /// people, and these three cells say so at a tenth of the cost of a score.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayJoin(in Peak from, in Peak to, float threshold)
    {
        var (dx, dy) = (to.XCells - from.XCells, to.YCells - from.YCells);
        var squared = (dx * dx) + (dy * dy);

        // Compared in squares, without the root: below a threshold of 0 this asks for a little more than the score does.
        var least = threshold * threshold * squared;
        var middle = Nearest(from.XCells + (0.5f * dx), from.YCells + (0.5f * dy), dx, dy);
        if (!(middle > 0 && middle * middle > least && squared > LeastSquared))
        {
            return false;
        }

        var first = Nearest(from.XCells + (0.25f * dx), from.YCells + (0.25f * dy), dx, dy);
        var last = Nearest(from.XCells + (0.75f * dx), from.YCells + (0.75f * dy), dx, dy);
        return first > 0 && last > 0 && first * first > least && last * last > least;
    }

    /// <summary>How well the field joins two peaks: the mean component of the samples that support it, 0 when too few do.</summary>
    public float Along(in Peak from, in Peak to, float threshold, float minSupport)
    {
        var (dx, dy) = (to.XCells - from.XCells, to.YCells - from.YCells);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        var (ux, uy) = (dx / length, dy / length);
        var samples = Math.Clamp((int)(length * SamplesPerCell) + 2, LeastSamples, MostSamples);
        var (stepX, stepY) = (dx / (samples - 1), dy / (samples - 1));
        var mostMisses = samples - (int)MathF.Ceiling(minSupport * samples);
        var misses = 0;
        float sum = 0;
        for (var i = 0; i < samples; i++)
        {
            var component = Between(from.XCells + (i * stepX), from.YCells + (i * stepY), ux, uy);
            if (component > threshold)
            {
                sum += Math.Min(component, 1);
            }
            else if (++misses > mostMisses)
            {
                return 0;
            }
        }

        return samples > misses ? sum / (samples - misses) : 0;
    }

    /// <summary>The component of the nearest cell's vector along (ux, uy). Positions lie inside the map, as peaks and the points between them do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Nearest(float x, float y, float ux, float uy)
    {
        var at = (Whole(y + 0.5f) * width) + Whole(x + 0.5f);
        return (Unsafe.Add(ref xs, at) * ux) + (Unsafe.Add(ref ys, at) * uy);
    }

    /// <summary>The component along (ux, uy), bilinear between the four cells round a position inside the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Between(float x, float y, float ux, float uy)
    {
        // The last step's rounding may end a hair outside, which truncation to whole cells takes back.
        var (x0, y0) = (Whole(x), Whole(y));
        var (fx, fy) = (x - x0, y - y0);
        var at = (y0 * width) + x0;
        var right = x0 + 1 < width ? 1 : 0;
        var below = y0 + 1 < height ? width : 0;
        var (w00, w01, w10, w11) = ((1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy);
        var px = (w00 * Unsafe.Add(ref xs, at)) + (w01 * Unsafe.Add(ref xs, at + right))
            + (w10 * Unsafe.Add(ref xs, at + below)) + (w11 * Unsafe.Add(ref xs, at + below + right));
        var py = (w00 * Unsafe.Add(ref ys, at)) + (w01 * Unsafe.Add(ref ys, at + right))
            + (w10 * Unsafe.Add(ref ys, at + below)) + (w11 * Unsafe.Add(ref ys, at + below + right));
        return (px * ux) + (py * uy);
    }

    /// <summary>Truncates; without the checks for NaN and overflow of a cast, which positions inside a map do not need.</summary>
    private static int Whole(float position) => float.ConvertToIntegerNative<int>(position);
}
