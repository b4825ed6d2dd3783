using EdgePose.Regions;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation;

/// <summary>The window of a picture that shows one person upright and scaled: source pixels to view pixels and back.</summary>
internal readonly struct PersonView
{
    private const byte Grey = 128;

    /// <summary>A view that shrinks by more than this is blurred first: linear sampling alone would alias.</summary>
    private const double BlurredBelow = 0.75;

    private readonly PersonPlace place;
    private readonly View view;

    public PersonView(PersonPlace place, double scale, int heightPx, int widthPx)
    {
        this.place = place;
        view = View.Around(ViewKind.Person, place.CentreX, place.CentreY, place.Angle, scale, widthPx, heightPx);
    }

    /// <summary>The window.</summary>
    public View Window => view;

    /// <summary>The view's pixels, grey where the picture ends; to be disposed.</summary>
    public Mat Cut(Mat picture)
    {
        using var matrix = new Mat(2, 3, MatType.CV_64FC1);
        double[] values = [view.XX, view.XY, view.Left, -view.XY, view.XX, view.Top];
        for (var i = 0; i < values.Length; i++)
        {
            matrix.Set(i / 3, i % 3, values[i]);
        }

        var scale = view.Scale;
        using var soft = scale < BlurredBelow ? picture.GaussianBlur(new Size(0, 0), 0.45 * Math.Sqrt((1 / (scale * scale)) - 1)) : picture.Clone();
        return soft.WarpAffine(matrix, new Size(view.WidthPx, view.HeightPx), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(Grey));
    }

    /// <summary>How well a pose (cells) fits the place that was asked for: intersection over union of the box round its keypoints and the place's own.</summary>
    public double Fit(Pose pose, int stridePx)
    {
        var cells = BoundingBox.Around(pose.Keypoints);
        var found = new BoundingBox(
            (float)(((cells.XPx + 0.5) * stridePx) - 0.5), (float)(((cells.YPx + 0.5) * stridePx) - 0.5), cells.WidthPx * stridePx, cells.HeightPx * stridePx);
        var (width, height) = (place.Width * view.Scale, place.Height * view.Scale);
        var asked = new BoundingBox((float)(((view.WidthPx - 1) - width) / 2), (float)(((view.HeightPx - 1) - height) / 2), (float)width, (float)height);
        return found.IntersectionOverUnion(asked);
    }
}
