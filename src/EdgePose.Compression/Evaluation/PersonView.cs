using OpenCvSharp;

namespace EdgePose.Compression.Evaluation;

/// <summary>The window of a picture that shows one person upright and scaled: source pixels to view pixels and back.</summary>
internal readonly struct PersonView
{
    private const byte Grey = 128;

    /// <summary>A view that shrinks by more than this is blurred first: linear sampling alone would alias.</summary>
    private const double BlurredBelow = 0.75;

    private readonly PersonPlace place;
    private readonly double scale;
    private readonly double xx;
    private readonly double xy;
    private readonly double left;
    private readonly double top;

    public PersonView(PersonPlace place, double scale, int heightPx, int widthPx)
    {
        (this.place, this.scale, HeightPx, WidthPx) = (place, scale, heightPx, widthPx);
        (xx, xy) = (Math.Cos(place.Angle) * scale, Math.Sin(place.Angle) * scale);
        left = ((widthPx - 1) / 2.0) - (xx * place.CentreX) - (xy * place.CentreY);
        top = ((heightPx - 1) / 2.0) + (xy * place.CentreX) - (xx * place.CentreY);
    }

    public int HeightPx { get; }

    public int WidthPx { get; }

    /// <summary>A source position in view pixels.</summary>
    public (double X, double Y) ToView(double x, double y) => ((xx * x) + (xy * y) + left, (xx * y) - (xy * x) + top);

    /// <summary>A position in view pixels in source pixels.</summary>
    public (double X, double Y) ToSource(double x, double y)
    {
        var (dx, dy, squared) = (x - left, y - top, scale * scale);
        return (((xx * dx) - (xy * dy)) / squared, ((xy * dx) + (xx * dy)) / squared);
    }

    /// <summary>The view's pixels, grey where the picture ends; to be disposed.</summary>
    public Mat Cut(Mat picture)
    {
        using var matrix = new Mat(2, 3, MatType.CV_64FC1);
        double[] values = [xx, xy, left, -xy, xx, top];
        for (var i = 0; i < values.Length; i++)
        {
            matrix.Set(i / 3, i % 3, values[i]);
        }

        using var soft = scale < BlurredBelow ? picture.GaussianBlur(new Size(0, 0), 0.45 * Math.Sqrt((1 / (scale * scale)) - 1)) : picture.Clone();
        return soft.WarpAffine(matrix, new Size(WidthPx, HeightPx), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(Grey));
    }

    /// <summary>How well a pose (cells) fits the place that was asked for: intersection over union of the box round its keypoints and the place's own.</summary>
    public double Fit(Pose pose, int stridePx)
    {
        var cells = BoundingBox.Around(pose.Keypoints);
        var found = new BoundingBox(
            (float)(((cells.XPx + 0.5) * stridePx) - 0.5), (float)(((cells.YPx + 0.5) * stridePx) - 0.5), cells.WidthPx * stridePx, cells.HeightPx * stridePx);
        var (width, height) = (place.Width * scale, place.Height * scale);
        var asked = new BoundingBox((float)(((WidthPx - 1) - width) / 2), (float)(((HeightPx - 1) - height) / 2), (float)width, (float)height);
        return found.IntersectionOverUnion(asked);
    }
}
