namespace EdgePose.Regions;

/// <summary>
/// A window of one frame: source pixels to view pixels by a turn and a scale, and back by the exact inverse. Pixel centres lie on whole numbers in both.
/// </summary>
/// <remarks>The geometry is that of the evaluation on views and of the training recipe: what a network learnt on views and what it is given must be one.</remarks>
public readonly record struct View
{
    private View(ViewKind kind, double xx, double xy, double left, double top, int widthPx, int heightPx, BoundingBox subject)
    {
        (Kind, XX, XY, Left, Top, WidthPx, HeightPx, Subject) = (kind, xx, xy, left, top, widthPx, heightPx, subject);
    }

    /// <summary>What it is for.</summary>
    public ViewKind Kind { get; }

    /// <summary>Width of the view, network pixels.</summary>
    public int WidthPx { get; }

    /// <summary>Height of the view, network pixels.</summary>
    public int HeightPx { get; }

    /// <summary>Where the view's person is expected, in source pixels; empty where it looks for anybody.</summary>
    public BoundingBox Subject { get; }

    /// <summary>View x = <see cref="XX"/> x + <see cref="XY"/> y + <see cref="Left"/>.</summary>
    public double XX { get; }

    /// <summary>View y = <see cref="XX"/> y - <see cref="XY"/> x + <see cref="Top"/>.</summary>
    public double XY { get; }

    /// <summary>View x of the source's origin.</summary>
    public double Left { get; }

    /// <summary>View y of the source's origin.</summary>
    public double Top { get; }

    /// <summary>View pixels a source pixel.</summary>
    public double Scale => Math.Sqrt((XX * XX) + (XY * XY));

    /// <summary>Radians by which the source is turned; 0 where the view is upright.</summary>
    public double AngleRad => Math.Atan2(XY, XX);

    /// <summary>What looking through it costs, in network pixels.</summary>
    public int Pixels => WidthPx * HeightPx;

    /// <summary>The whole frame at the view's top left; what is left over is at the right or at the bottom.</summary>
    /// <param name="sourceWidthPx">Width of the frame, positive.</param>
    /// <param name="sourceHeightPx">Height of the frame, positive.</param>
    /// <param name="widthPx">Width of the view.</param>
    /// <param name="heightPx">Height of the view.</param>
    public static View Whole(int sourceWidthPx, int sourceHeightPx, int widthPx, int heightPx)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceWidthPx);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceHeightPx);
        var scale = Math.Min((double)widthPx / sourceWidthPx, (double)heightPx / sourceHeightPx);
        return new(ViewKind.Whole, scale, 0, (scale - 1) / 2, (scale - 1) / 2, widthPx, heightPx, default);
    }

    /// <summary>A window around a point.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="centreXPx">Source x of the view's middle.</param>
    /// <param name="centreYPx">Source y of the view's middle.</param>
    /// <param name="angleRad">Radians from upright to the body's axis, clockwise in the picture; the view turns it upright.</param>
    /// <param name="scale">View pixels a source pixel, positive.</param>
    /// <param name="widthPx">Width of the view.</param>
    /// <param name="heightPx">Height of the view.</param>
    /// <param name="subject">Where its person is expected, in source pixels; empty for anybody.</param>
    public static View Around(ViewKind kind, double centreXPx, double centreYPx, double angleRad, double scale, int widthPx, int heightPx, BoundingBox subject = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        var (xx, xy) = (Math.Cos(angleRad) * scale, Math.Sin(angleRad) * scale);
        var left = ((widthPx - 1) / 2.0) - (xx * centreXPx) - (xy * centreYPx);
        var top = ((heightPx - 1) / 2.0) + (xy * centreXPx) - (xx * centreYPx);
        return new(kind, xx, xy, left, top, widthPx, heightPx, subject);
    }

    /// <summary>A source position in view pixels.</summary>
    public (double XPx, double YPx) ToView(double sourceXPx, double sourceYPx) =>
        ((XX * sourceXPx) + (XY * sourceYPx) + Left, (XX * sourceYPx) - (XY * sourceXPx) + Top);

    /// <summary>A position in view pixels in source pixels.</summary>
    public (double XPx, double YPx) ToSource(double viewXPx, double viewYPx)
    {
        var (x, y, squared) = (viewXPx - Left, viewYPx - Top, (XX * XX) + (XY * XY));
        return (((XX * x) - (XY * y)) / squared, ((XY * x) + (XX * y)) / squared);
    }

    /// <summary>Turns keypoints from cells into source pixels, in place. Absent keypoints stay as they are.</summary>
    /// <param name="posesInCells">As the decoder gives them.</param>
    /// <param name="stridePx">Network pixels a cell: view x = (cell + 0.5) * stride - 0.5.</param>
    public void ToSource(PoseList posesInCells, int stridePx)
    {
        ArgumentNullException.ThrowIfNull(posesInCells);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stridePx);
        for (var i = 0; i < posesInCells.Count; i++)
        {
            foreach (ref var keypoint in posesInCells.KeypointsOf(i))
            {
                if (keypoint.IsPresent)
                {
                    var (x, y) = ToSource(((keypoint.X + 0.5) * stridePx) - 0.5, ((keypoint.Y + 0.5) * stridePx) - 0.5);
                    keypoint = keypoint with { X = (float)x, Y = (float)y };
                }
            }
        }
    }
}
