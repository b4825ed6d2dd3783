namespace EdgePose;

/// <summary>The one check that heatmaps and PAFs share.</summary>
internal static class MapShape
{
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
