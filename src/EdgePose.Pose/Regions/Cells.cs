namespace EdgePose.Regions;

/// <summary>Source pixels as cells of the <see cref="MotionMap"/>.</summary>
internal static class Cells
{
    /// <summary>A box that is grown on each side, in cells.</summary>
    /// <param name="box">Source pixels.</param>
    /// <param name="grownPx">On each side.</param>
    /// <param name="framePx">Size of the frame.</param>
    public static BoundingBox Of(BoundingBox box, float grownPx, (int Width, int Height) framePx)
    {
        var (x, y) = ((float)MotionMap.Columns / framePx.Width, (float)MotionMap.Rows / framePx.Height);
        return new((box.XPx - grownPx) * x, (box.YPx - grownPx) * y, (box.WidthPx + (2 * grownPx)) * x, (box.HeightPx + (2 * grownPx)) * y);
    }
}
