using System.Collections.Immutable;

namespace EdgePose.Scene;

/// <summary>A simple polygon in the pixels of the picture. Its border belongs to it.</summary>
internal sealed class Polygon(ImmutableArray<ImmutableArray<double>> normalised)
{
    private readonly Spot[] corners = new Spot[normalised.Length];
    private (int Width, int Height) size;

    /// <summary>About half of the smallest width, in pixels: no point is farther inside than this in a long zone.</summary>
    public float HalfWidthPx { get; private set; }

    /// <summary>Lays the polygon over a picture. Pixel centres lie on whole numbers, so that the left edge is at -0.5.</summary>
    public void Fit(int widthPx, int heightPx)
    {
        if (size == (widthPx, heightPx))
        {
            return;
        }

        size = (widthPx, heightPx);
        for (var i = 0; i < corners.Length; i++)
        {
            corners[i] = new Spot((float)((normalised[i][0] * widthPx) - .5), (float)((normalised[i][1] * heightPx) - .5));
        }

        var (area, length) = (0f, 0f);
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            area += (corners[j].X * corners[i].Y) - (corners[i].X * corners[j].Y);
            length += corners[i].DistanceTo(corners[j]);
        }

        HalfWidthPx = length > 0 ? MathF.Abs(area) / 2 / length : 0;
    }

    /// <summary>Distance from the border in pixels: positive inside, 0 on the border, negative outside.</summary>
    public float Depth(Spot point)
    {
        var nearest = float.PositiveInfinity;
        var inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            var (one, other) = (corners[i], corners[j]);
            nearest = MathF.Min(nearest, SquaredDistance(point, one, other));
            if (one.Y > point.Y != other.Y > point.Y && point.X < one.X + ((point.Y - one.Y) / (other.Y - one.Y) * (other.X - one.X)))
            {
                inside = !inside;
            }
        }

        return inside ? MathF.Sqrt(nearest) : -MathF.Sqrt(nearest);
    }

    private static float SquaredDistance(Spot point, Spot one, Spot other)
    {
        var (edge, way) = (other - one, point - one);
        var squared = (edge.X * edge.X) + (edge.Y * edge.Y);
        var share = squared > 0 ? Math.Clamp(((way.X * edge.X) + (way.Y * edge.Y)) / squared, 0, 1) : 0;
        var off = way - (edge * share);
        return (off.X * off.X) + (off.Y * off.Y);
    }
}
