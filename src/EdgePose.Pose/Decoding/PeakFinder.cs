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

    /// <summary>Adds the peaks of one row. Most of a heatmap is below the threshold, so whole vectors of cells are dismissed by one comparison.</summary>
    private int ScanRow(ReadOnlySpan<float> map, int height, int width, int y, int count)
    {
        ref var row = ref Unsafe.Add(ref MemoryMarshal.GetReference(map), y * width);
        var limit = Vector256.Create(threshold);
        var x = 0;
        for (; x + Vector256<float>.Count <= width; x += Vector256<float>.Count)
        {
            var above = Vector256.GreaterThan(Vector256.LoadUnsafe(ref row, (nuint)x), limit);
            for (var bits = above.ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
            {
                count = AddIfPeak(map, height, width, x + BitOperations.TrailingZeroCount(bits), y, count);
            }
        }

        for (; x < width; x++)
        {
            if (Unsafe.Add(ref row, x) > threshold)
            {
                count = AddIfPeak(map, height, width, x, y, count);
            }
        }

        return count;
    }

    private int AddIfPeak(ReadOnlySpan<float> map, int height, int width, int x, int y, int count)
    {
        var at = (y * width) + x;
        var value = map[at];
        if (x > 0 && map[at - 1] >= value)
        {
            return count;
        }

        if (x < width - 1 && map[at + 1] > value)
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
        var dx = x > 0 && x < width - 1 ? TopOffset(map[at - 1], value, map[at + 1]) : 0;
        var dy = y > 0 && y < height - 1 ? TopOffset(map[at - width], value, map[at + width]) : 0;
        return new(x + dx, y + dy, Math.Min(value, 1));
    }

    /// <summary>
    /// Where the Gaussian through three values, the middle one the highest, has its top: -0.5 to 0.5 cells; 0 where it has none. A network is trained on Gaussian
    /// bumps, whose logarithm is a parabola; a parabola through the values themselves errs towards the cell's centre.
    /// </summary>
    private static float TopOffset(float before, float middle, float after)
    {
        (before, middle, after) = (Log(before), Log(middle), Log(after));
        var curvature = before - (2 * middle) + after;
        var offset = curvature < 0 ? 0.5f * (before - after) / curvature : 0;
        return float.IsFinite(offset) ? Math.Clamp(offset, -0.5f, 0.5f) : 0;
    }

    private static float Log(float value) => MathF.Log(Math.Max(value, LeastValue));
}
