namespace EdgePose.Decoding;

/// <summary>The PAF of one limb: a vector a cell, read between cells.</summary>
internal readonly ref struct PafField
{
    private const int Samples = 10;

    private readonly ReadOnlySpan<float> xs;
    private readonly ReadOnlySpan<float> ys;
    private readonly int height;
    private readonly int width;

    public PafField(Pafs pafs, Limb limb)
    {
        xs = pafs.Channel(limb.PafX);
        ys = pafs.Channel(limb.PafY);
        height = pafs.HeightCells;
        width = pafs.WidthCells;
    }

    /// <summary>How well the field joins two peaks: the mean component of the samples that support it, 0 when too few do.</summary>
    public float Along(Peak from, Peak to, float threshold, float minSupport)
    {
        var (dx, dy) = (to.XCells - from.XCells, to.YCells - from.YCells);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        if (length < 1e-3f)
        {
            return 0;
        }

        var (ux, uy) = (dx / length, dy / length);
        float sum = 0;
        var supporting = 0;
        for (var i = 0; i < Samples; i++)
        {
            var t = i / (float)(Samples - 1);
            var component = Sample(from.XCells + (t * dx), from.YCells + (t * dy), ux, uy);
            if (component > threshold)
            {
                sum += Math.Min(component, 1);
                supporting++;
            }
        }

        return supporting >= minSupport * Samples ? sum / supporting : 0;
    }

    private float Sample(float x, float y, float ux, float uy)
    {
        var (x0, y0) = ((int)x, (int)y);
        var (x1, y1) = (Math.Min(x0 + 1, width - 1), Math.Min(y0 + 1, height - 1));
        var (fx, fy) = (x - x0, y - y0);
        var (top, bottom) = (y0 * width, y1 * width);
        var (w00, w01, w10, w11) = ((1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy);
        var px = (w00 * xs[top + x0]) + (w01 * xs[top + x1]) + (w10 * xs[bottom + x0]) + (w11 * xs[bottom + x1]);
        var py = (w00 * ys[top + x0]) + (w01 * ys[top + x1]) + (w10 * ys[bottom + x0]) + (w11 * ys[bottom + x1]);
        return (px * ux) + (py * uy);
    }
}
