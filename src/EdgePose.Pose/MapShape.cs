using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgePose;

/// <summary>The checks that heatmaps and PAFs share.</summary>
internal static class MapShape
{
    /// <summary>Whether no value is NaN or infinite: such a one times zero is NaN, and stays so in every sum.</summary>
    public static bool AreFinite(ReadOnlySpan<float> values)
    {
        var sums = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            sums += vector * Vector<float>.Zero;
        }

        var sum = Vector.Sum(sums);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            sum += value * 0;
        }

        return sum == 0;
    }

    public static void Check(int length, int channels, int heightCells, int widthCells)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        ArgumentOutOfRangeException.ThrowIfNegative(heightCells);
        ArgumentOutOfRangeException.ThrowIfNegative(widthCells);
        if (length != (long)channels * heightCells * widthCells)
        {
            throw new ArgumentException($"The maps hold {length} values, but {channels} x {heightCells} x {widthCells} cells were announced.", nameof(length));
        }
    }
}
