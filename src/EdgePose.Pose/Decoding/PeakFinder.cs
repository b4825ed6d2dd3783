using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EdgePose.Decoding;

/// <summary>
/// First step: the peaks of one heatmap, at the network's own resolution. A peak is a cell above the threshold that no neighbour of the eight exceeds;
/// of equal neighbours the first in raster order wins, so that a flat top is one peak. A Gaussian through the cell and its neighbours places it between cells.
/// </summary>
internal sealed class PeakFinder
{
    /// <summary>What a neighbour counts as at least: the network's noise floor, far below any threshold, keeps the logarithm finite.</summary>
    private const float LeastValue = 1e-3f;

    private readonly float threshold;
    private readonly int maxPeaks;
    private ulong[] found = [];

    public PeakFinder(DecoderOptions options)
    {
        threshold = options.PeakThreshold;
        maxPeaks = options.MaxPeaksPerKeypoint;
    }

    /// <summary>Finds the strongest peaks of a map, strongest first, equal ones in raster order.</summary>
    /// <param name="map">Height x width cells; NaN is never a peak and hides none.</param>
    /// <param name="heightCells">Rows.</param>
    /// <param name="widthCells">Cells a row.</param>
    /// <param name="peaks">Takes them; at least as long as the most peaks that are kept.</param>
    /// <returns>How many there are.</returns>
    public int Find(ReadOnlySpan<float> map, int heightCells, int widthCells, Span<Peak> peaks)
    {
        if (found.Length < map.Length)
        {
            found = new ulong[map.Length]; // grows with the largest map seen; steady from then on
        }

        var count = 0;
        for (var y = 0; y < heightCells; y++)
        {
            count = ScanRow(map, heightCells, widthCells, y, count);
        }

        // Only the strongest are kept, wherever they lie: a cap in raster order would lose the lower half of a crowd.
        var candidates = found.AsSpan(0, count);
        candidates.Sort();
        count = Math.Min(count, maxPeaks);
        for (var i = 0; i < count; i++)
        {
            peaks[i] = Refine(map, heightCells, widthCells, (int)(uint)candidates[i]);
        }

        return count;
    }

    /// <summary>Adds the peaks of one row: whole vectors of cells against their eight neighbours at once, the border cell by cell.</summary>
    private int ScanRow(ReadOnlySpan<float> map, int height, int width, int y, int count)
    {
        ref var row = ref Unsafe.Add(ref MemoryMarshal.GetReference(map), y * width);
        var x = 0;
        if (y > 0 && y < height - 1 && width > 0)
        {
            count = AddIfPeak(map, height, width, 0, y, count);
            var limit = Vector256.Create(threshold);
            for (x = 1; x + Vector256<float>.Count < width; x += Vector256<float>.Count)
            {
                var values = Vector256.LoadUnsafe(ref row, (nuint)x);
                var above = Vector256.GreaterThan(values, limit);
                if (above == Vector256<float>.Zero)
                {
                    continue; // most of a heatmap
                }

                for (var bits = (above & Undefeated(ref Unsafe.Add(ref row, x), width, values)).ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
                {
                    var at = (y * width) + x + BitOperations.TrailingZeroCount(bits);
                    found[count++] = Key(map[at], at);
                }
            }
        }

        for (; x < width; x++)
        {
            count = AddIfPeak(map, height, width, x, y, count);
        }

        return count;
    }

    /// <summary>Which cells of a vector inside the map no neighbour beats; what <see cref="AddIfPeak"/> asks of one cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Undefeated(ref float cells, int width, Vector256<float> values)
    {
        ref var above = ref Unsafe.Subtract(ref cells, width);
        ref var below = ref Unsafe.Add(ref cells, width);
        var beaten = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref Unsafe.Subtract(ref above, 1)), values)
            | Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref above), values)
            | Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref Unsafe.Add(ref above, 1)), values)
            | Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref Unsafe.Subtract(ref cells, 1)), values)
            | Vector256.GreaterThan(Vector256.LoadUnsafe(ref Unsafe.Add(ref cells, 1)), values)
            | Vector256.GreaterThan(Vector256.LoadUnsafe(ref Unsafe.Subtract(ref below, 1)), values)
            | Vector256.GreaterThan(Vector256.LoadUnsafe(ref below), values)
            | Vector256.GreaterThan(Vector256.LoadUnsafe(ref Unsafe.Add(ref below, 1)), values);
        return ~beaten;
    }

    private int AddIfPeak(ReadOnlySpan<float> map, int height, int width, int x, int y, int count)
    {
        var at = (y * width) + x;
        var value = map[at];
        if (!(value > threshold) || (x > 0 && map[at - 1] >= value) || (x < width - 1 && map[at + 1] > value))
        {
            return count;
        }

        // Earlier neighbours in raster order win ties, later ones lose them. A comparison with NaN is false: NaN hides no peak.
        var (left, right) = (Math.Max(x - 1, 0) - x, Math.Min(x + 1, width - 1) - x);
        for (var side = left; side <= right; side++)
        {
            if ((y > 0 && map[at - width + side] >= value) || (y < height - 1 && map[at + width + side] > value))
            {
                return count;
            }
        }

        found[count] = Key(value, at);
        return count + 1;
    }

    /// <summary>Sorts by falling value, then by rising index: the bits of positive floats rise as the floats do.</summary>
    private static ulong Key(float value, int at) => ((ulong)~BitConverter.SingleToUInt32Bits(value) << 32) | (uint)at;

    private static Peak Refine(ReadOnlySpan<float> map, int height, int width, int at)
    {
        var (y, x) = Math.DivRem(at, width);
        var value = map[at];
        var (isInRow, isInColumn) = (x > 0 && x < width - 1, y > 0 && y < height - 1);
        var (left, right) = isInRow ? (map[at - 1], map[at + 1]) : (value, value);
        var (above, below) = isInColumn ? (map[at - width], map[at + width]) : (value, value);
        var logs = Vector256.Log(Vector256.Max(Vector256.Create(value, left, right, above, below, 1, 1, 1), Vector256.Create(LeastValue)));
        var dx = isInRow ? TopOffset(logs[1], logs[0], logs[2]) : 0;
        var dy = isInColumn ? TopOffset(logs[3], logs[0], logs[4]) : 0;
        return new(x + dx, y + dy, Math.Min(value, 1));
    }

    /// <summary>
    /// Where the Gaussian through three values, the middle one the highest, has its top, from their logarithms: -0.5 to 0.5 cells; 0 where it has none. A network
    /// is trained on Gaussian bumps, whose logarithm is a parabola; a parabola through the values themselves errs towards the cell's centre.
    /// </summary>
    private static float TopOffset(float before, float middle, float after)
    {
        var curvature = before - (2 * middle) + after;
        var offset = curvature < 0 ? 0.5f * (before - after) / curvature : 0;
        return float.IsFinite(offset) ? Math.Clamp(offset, -0.5f, 0.5f) : 0;
    }
}
