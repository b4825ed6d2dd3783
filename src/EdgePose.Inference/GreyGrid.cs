namespace EdgePose.Inference;

/// <summary>A small grey picture of a large one: the mean grey level of some points of each cell.</summary>
public static class GreyGrid
{
    // Points of a cell along each side: noise of the sensor falls to a quarter, and few lines of the picture are touched.
    private const int Points = 4;

    /// <summary>Fills the grid.</summary>
    /// <param name="pixels">The picture, BGRx, row by row.</param>
    /// <param name="widthPx">Its width, positive.</param>
    /// <param name="heightPx">Its height, positive.</param>
    /// <param name="strideBytes">Bytes from one row to the next.</param>
    /// <param name="columns">Cells a row.</param>
    /// <param name="grid">Filled row by row; its length is a multiple of <paramref name="columns"/>.</param>
    public static void Fill(ReadOnlySpan<byte> pixels, int widthPx, int heightPx, int strideBytes, int columns, Span<byte> grid)
    {
        var rows = grid.Length / columns;
        Span<int> sums = stackalloc int[columns];
        for (var row = 0; row < rows; row++)
        {
            sums.Clear();
            for (var point = 0; point < Points; point++)
            {
                var y = (int)(((2L * ((row * Points) + point)) + 1) * heightPx / (2 * rows * Points));
                Add(pixels.Slice(y * strideBytes, widthPx * 4), widthPx, sums);
            }

            for (var column = 0; column < columns; column++)
            {
                grid[(row * columns) + column] = (byte)(sums[column] / (Points * Points));
            }
        }
    }

    private static void Add(ReadOnlySpan<byte> line, int widthPx, Span<int> sums)
    {
        var points = sums.Length * Points;
        for (var point = 0; point < points; point++)
        {
            var pixel = line[((int)(((2L * point) + 1) * widthPx / (2 * points)) * 4)..];
            sums[point / Points] += ((29 * pixel[0]) + (150 * pixel[1]) + (77 * pixel[2])) >> 8; // ITU-R BT.601, in 256ths
        }
    }
}
