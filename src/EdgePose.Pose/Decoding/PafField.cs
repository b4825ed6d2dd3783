using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgePose.Decoding;

/// <summary>The PAF of one limb: a vector a cell, read between cells.</summary>
internal readonly ref struct PafField
{
    /// <summary>Two samples a cell see every cell of the way; more only repeat what interpolation makes of the same cells.</summary>
    private const float SamplesPerCell = 2;
    private const int LeastSamples = 5;

    /// <summary>Bounds the work for a pair: 25, the most of any peer, gave no better AP.</summary>
    private const int MostSamples = 12;

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

    /// <summary>For <c>fixed</c>: <see cref="MayJoinInTheMiddle"/> reads through a pointer, under which the maps must not move. Both channels lie in one block.</summary>
    public ref float GetPinnableReference() => ref xs;

    /// <summary>
    /// Whether the field may join two peaks, by the nearest cells a quarter, half and three quarters of the way: nearly every pair of a crowd belongs to two
    /// people, and these three cells say so at a tenth of the cost of a score.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayJoin(in Peak from, in Peak to, float threshold)
    {
        var (dx, dy) = (to.XCells - from.XCells, to.YCells - from.YCells);
        var squared = (dx * dx) + (dy * dy);

        // Compared in squares with their sign, without the root. Below a threshold of 0 this asks for a little more than the score does. There is no branch before the last test: the field
        // between two strangers is noise, whose sign no processor predicts.
        var least = threshold * threshold * squared;
        var first = Nearest(from.XCells + (0.25f * dx), from.YCells + (0.25f * dy), dx, dy);
        var middle = Nearest(from.XCells + (0.5f * dx), from.YCells + (0.5f * dy), dx, dy);
        var last = Nearest(from.XCells + (0.75f * dx), from.YCells + (0.75f * dy), dx, dy);
        return (first * MathF.Abs(first) > least) & (middle * MathF.Abs(middle) > least) & (last * MathF.Abs(last) > least) & (squared > LeastSquared);
    }

    /// <summary>
    /// Which of the eight peaks at <paramref name="toXs"/> and <paramref name="toYs"/> pass the middle one of <see cref="MayJoin"/>'s three tests, a bit each: the
    /// same arithmetic on eight pairs at once, which sends most of them away before anything is done for one pair alone. The field is pinned by the caller.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint MayJoinInTheMiddle(in Peak from, ref float toXs, ref float toYs, float threshold)
    {
        var (x, y) = (Vector256.Create(from.XCells), Vector256.Create(from.YCells));
        var (dx, dy) = (Vector256.LoadUnsafe(ref toXs) - x, Vector256.LoadUnsafe(ref toYs) - y);
        var least = Vector256.Create(threshold * threshold) * ((dx * dx) + (dy * dy));
        var half = Vector256.Create(0.5f);
        var columns = Vector256.ConvertToInt32Native(x + (half * dx) + half);
        var rows = Vector256.ConvertToInt32Native(y + (half * dy) + half);
        var at = (rows * width) + columns;
        var component = (Gather(ref xs, at) * dx) + (Gather(ref ys, at) * dy);
        return Vector256.GreaterThan(component * Vector256.Abs(component), least).ExtractMostSignificantBits();
    }

    /// <summary>
    /// How well the field joins two peaks: the mean component of the samples that support it, 0 when too few do. Eight samples at once; the field is pinned by
    /// the caller.
    /// </summary>
    public float Along(in Peak from, in Peak to, float threshold, float minSupport)
    {
        var (dx, dy) = (to.XCells - from.XCells, to.YCells - from.YCells);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        var (ux, uy) = (dx / length, dy / length);
        var samples = Math.Clamp((int)(length * SamplesPerCell) + 2, LeastSamples, MostSamples);
        var (stepX, stepY) = (dx / (samples - 1), dy / (samples - 1));
        var (sums, supporting) = (Vector256<float>.Zero, 0);
        for (var first = 0; first < samples; first += Vector256<float>.Count)
        {
            // Places behind the last sample repeat it, and are not counted.
            var sample = Vector256.CreateSequence((float)first, 1);
            var isSample = Vector256.LessThan(sample, Vector256.Create((float)samples));
            sample = Vector256.Min(sample, Vector256.Create(samples - 1f));
            var component = Between(Vector256.Create(from.XCells) + (sample * stepX), Vector256.Create(from.YCells) + (sample * stepY), ux, uy);
            var supports = Vector256.GreaterThan(component, Vector256.Create(threshold)) & isSample;
            sums += Vector256.Min(component, Vector256<float>.One) & supports;
            supporting += BitOperations.PopCount(supports.ExtractMostSignificantBits());
        }

        return supporting > 0 && supporting >= minSupport * samples ? Sum(sums) / supporting : 0;
    }

    /// <summary>The component of the nearest cell's vector along (ux, uy). Positions lie inside the map, as peaks and the points between them do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Nearest(float x, float y, float ux, float uy)
    {
        var at = (Whole(y + 0.5f) * width) + Whole(x + 0.5f);
        return (Unsafe.Add(ref xs, at) * ux) + (Unsafe.Add(ref ys, at) * uy);
    }

    /// <summary>The components along (ux, uy), bilinear between the four cells round each of eight positions inside the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Between(Vector256<float> x, Vector256<float> y, float ux, float uy)
    {
        // The last step's rounding may end a hair outside, which truncation to whole cells takes back.
        var (x0, y0) = (Vector256.ConvertToInt32Native(x), Vector256.ConvertToInt32Native(y));
        var (fx, fy) = (x - Vector256.ConvertToSingle(x0), y - Vector256.ConvertToSingle(y0));
        var at = (y0 * width) + x0;
        var right = at + (Vector256.LessThan(x0, Vector256.Create(width - 1)) & Vector256<int>.One);
        var down = Vector256.LessThan(y0, Vector256.Create(height - 1)) & Vector256.Create(width);
        var (gx, gy) = (Vector256<float>.One - fx, Vector256<float>.One - fy);
        var (w00, w01, w10, w11) = (gx * gy, fx * gy, gx * fy, fx * fy);
        var px = (w00 * Gather(ref xs, at)) + (w01 * Gather(ref xs, right)) + (w10 * Gather(ref xs, at + down)) + (w11 * Gather(ref xs, right + down));
        var py = (w00 * Gather(ref ys, at)) + (w01 * Gather(ref ys, right)) + (w10 * Gather(ref ys, at + down)) + (w11 * Gather(ref ys, right + down));
        return (px * ux) + (py * uy);
    }

    /// <summary>Adds up in an order of its own, so that every processor gives the same score.</summary>
    private static float Sum(Vector256<float> values)
    {
        var quarters = values.GetLower() + values.GetUpper();
        return quarters[0] + quarters[2] + (quarters[1] + quarters[3]);
    }

    /// <summary>Eight cells at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<float> Gather(ref float cells, Vector256<int> at)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.GatherVector256((float*)Unsafe.AsPointer(ref cells), at, sizeof(float));
        }

        return Vector256.Create(
            Unsafe.Add(ref cells, at[0]), Unsafe.Add(ref cells, at[1]), Unsafe.Add(ref cells, at[2]), Unsafe.Add(ref cells, at[3]),
            Unsafe.Add(ref cells, at[4]), Unsafe.Add(ref cells, at[5]), Unsafe.Add(ref cells, at[6]), Unsafe.Add(ref cells, at[7]));
    }

    /// <summary>Truncates; without the checks for NaN and overflow of a cast, which positions inside a map do not need.</summary>
    private static int Whole(float position) => float.ConvertToIntegerNative<int>(position);
}
