using System.Globalization;
using OpenCvSharp;

namespace EdgePose.Compression.Comparison;

/// <summary>AP against multiply-accumulates and against time, side by side; the front is a line, networks off it are grey.</summary>
public static class ParetoPlot
{
    private const int Width = 620;
    private const int Height = 440;
    private const int Left = 64;
    private const int Right = 24;
    private const int Top = 44;
    private const int Bottom = 56;
    private const int Ticks = 5;

    private static readonly Scalar Ink = new(40, 40, 40);
    private static readonly Scalar Pale = new(225, 225, 225);
    private static readonly Scalar Front = new(180, 90, 20);
    private static readonly Scalar Off = new(150, 150, 150);

    private readonly record struct Point2(string Name, double X, double Y, bool IsOnFront);

    /// <summary>Draws the networks whose AP is known.</summary>
    /// <param name="networks">Marked by <see cref="ParetoFront.Mark"/>.</param>
    /// <returns>The plot, BGR; to be disposed.</returns>
    public static Mat Draw(IReadOnlyList<ComparedNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ComparedNetwork[] known = [.. networks.Where(network => network.Ap is not null)];
        var plot = new Mat(Height, 2 * Width, MatType.CV_8UC3, Scalar.White);
        using var left = new Mat(plot, new Rect(0, 0, Width, Height));
        using var right = new Mat(plot, new Rect(Width, 0, Width, Height));
        Panel(left, "GMACs a picture", [.. known.Select(network => new Point2(network.Id, network.Cost.Macs / 1e9, 100 * network.Ap!.Value, network.IsOnMacsFront))]);
        var batch = known.Length > 0 ? known[0].Times[0].Batch : 1;
        Panel(
            right, $"ms a picture, batch {batch}",
            [.. known.Select(network => new Point2(network.Id, network.Times[0].MillisecondsPerPicture, 100 * network.Ap!.Value, network.IsOnTimeFront))]);
        return plot;
    }

    private static void Panel(Mat panel, string axis, Point2[] points)
    {
        var (mostX, mostY) = (Round(points.Select(point => point.X).DefaultIfEmpty(1).Max()), Round(points.Select(point => point.Y).DefaultIfEmpty(1).Max()));
        Point At(double x, double y) => new(
            Left + (int)Math.Round(x / mostX * (Width - Left - Right)), Height - Bottom - (int)Math.Round(y / mostY * (Height - Top - Bottom)));
        for (var i = 0; i <= Ticks; i++)
        {
            var (x, y) = (mostX * i / Ticks, mostY * i / Ticks);
            Cv2.Line(panel, At(x, 0), At(x, mostY), Pale);
            Cv2.Line(panel, At(0, y), At(mostX, y), Pale);
            Write(panel, x.ToString("0.###", CultureInfo.InvariantCulture), At(x, 0) + new Point(-10, 18), Ink);
            Write(panel, y.ToString("0.#", CultureInfo.InvariantCulture), At(0, y) + new Point(-36, 4), Ink);
        }

        Cv2.Line(panel, At(0, 0), At(mostX, 0), Ink);
        Cv2.Line(panel, At(0, 0), At(0, mostY), Ink);
        Write(panel, "OKS-AP, per cent", new Point(Left - 40, Top - 18), Ink);
        Write(panel, axis, new Point((Width / 2) - 40, Height - 14), Ink);

        Point2[] front = [.. points.Where(point => point.IsOnFront).OrderBy(point => point.X)];
        for (var i = 1; i < front.Length; i++)
        {
            Cv2.Line(panel, At(front[i - 1].X, front[i - 1].Y), At(front[i].X, front[i].Y), Front, 2, LineTypes.AntiAlias);
        }

        foreach (var point in points)
        {
            var colour = point.IsOnFront ? Front : Off;
            var at = At(point.X, point.Y);
            Cv2.Circle(panel, at, 5, colour, -1, LineTypes.AntiAlias);

            // Below to the right of the point, or above to the left where there is no room: the front rises to the right and is never there.
            var textWidth = Cv2.GetTextSize(point.Name, HersheyFonts.HersheySimplex, 0.42, 1, out _).Width;
            Write(panel, point.Name, at.X + 9 + textWidth < Width ? at + new Point(9, 14) : at - new Point(9 + textWidth, 8), colour);
        }
    }

    /// <summary>The least of 1, 2, 2.5, 5 and their tens that holds the value.</summary>
    private static double Round(double value)
    {
        var ten = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-9))));
        return ((double[])[1, 2, 2.5, 5, 10]).Select(step => step * ten).First(most => most >= value);
    }

    private static void Write(Mat picture, string text, Point at, Scalar colour) =>
        Cv2.PutText(picture, text, at, HersheyFonts.HersheySimplex, 0.42, colour, 1, LineTypes.AntiAlias);
}
