using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation;

/// <summary>
/// Reads maps of one grid at the cells of another, by the place of each cell in the picture. The letterboxes give that place to a fraction of a cell.
/// Cubic (Catmull-Rom), separable, edges repeated. Linear reading would cut off every peak that lies between cells.
/// </summary>
internal sealed class MapGrid
{
    private const int Taps = 4;

    private readonly int sourceHeight;
    private readonly int sourceWidth;
    private readonly Axis horizontal;
    private readonly Axis vertical;
    private readonly float[] rows;

    /// <summary>Makes the way from one grid to another.</summary>
    /// <param name="source">How the picture lay in the input whose maps are read.</param>
    /// <param name="target">How it lies in the input whose cells are wanted.</param>
    /// <param name="stridePx">Network pixels a cell, in both.</param>
    public MapGrid(Letterbox source, Letterbox target, int stridePx)
    {
        (sourceHeight, sourceWidth) = (source.NetworkHeightPx / stridePx, source.NetworkWidthPx / stridePx);
        var (height, width) = (target.NetworkHeightPx / stridePx, target.NetworkWidthPx / stridePx);
        double ToPx(int cell) => ((cell + 0.5) * stridePx) - 0.5;
        double ToCell(double px) => ((px + 0.5) / stridePx) - 0.5;
        horizontal = new(width, sourceWidth, x => ToCell(source.ToNetwork(target.ToSource(ToPx(x), 0).XPx, 0).XPx));
        vertical = new(height, sourceHeight, y => ToCell(source.ToNetwork(0, target.ToSource(0, ToPx(y)).YPx).YPx));
        rows = new float[sourceHeight * width];
    }

    /// <summary>Adds every channel of <paramref name="maps"/>, read at the target's cells, to <paramref name="sum"/>.</summary>
    public void Add(ReadOnlySpan<float> maps, Span<float> sum)
    {
        var (from, to) = (sourceHeight * sourceWidth, vertical.Length * horizontal.Length);
        for (; !maps.IsEmpty; maps = maps[from..], sum = sum[to..])
        {
            AddChannel(maps[..from], sum[..to]);
        }
    }

    private void AddChannel(ReadOnlySpan<float> map, Span<float> sum)
    {
        var width = horizontal.Length;
        for (var y = 0; y < sourceHeight; y++)
        {
            for (var x = 0; x < width; x++)
            {
                float value = 0;
                for (var tap = 0; tap < Taps; tap++)
                {
                    value += horizontal.Weight(x, tap) * map[(y * sourceWidth) + horizontal.Cell(x, tap)];
                }

                rows[(y * width) + x] = value;
            }
        }

        for (var y = 0; y < vertical.Length; y++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                var row = rows.AsSpan(vertical.Cell(y, tap) * width, width);
                var weight = vertical.Weight(y, tap);
                for (var x = 0; x < width; x++)
                {
                    sum[(y * width) + x] += weight * row[x];
                }
            }
        }
    }

    /// <summary>For each target cell the four source cells round its position, and their weights.</summary>
    private sealed class Axis
    {
        private readonly int[] cells;
        private readonly float[] weights;

        public Axis(int length, int sourceLength, Func<int, double> position)
        {
            Length = length;
            cells = new int[Taps * length];
            weights = new float[Taps * length];
            for (var i = 0; i < length; i++)
            {
                var at = Math.Clamp(position(i), 0, sourceLength - 1);
                var first = (int)Math.Floor(at);
                var t = (float)(at - first);
                var (t2, t3) = (t * t, t * t * t);
                ReadOnlySpan<float> spline = [(-t + (2 * t2) - t3) / 2, (2 - (5 * t2) + (3 * t3)) / 2, (t + (4 * t2) - (3 * t3)) / 2, (t3 - t2) / 2];
                for (var tap = 0; tap < Taps; tap++)
                {
                    cells[(i * Taps) + tap] = Math.Clamp(first - 1 + tap, 0, sourceLength - 1);
                    weights[(i * Taps) + tap] = spline[tap];
                }
            }
        }

        public int Length { get; }

        public int Cell(int i, int tap) => cells[(i * Taps) + tap];

        public float Weight(int i, int tap) => weights[(i * Taps) + tap];
    }
}
