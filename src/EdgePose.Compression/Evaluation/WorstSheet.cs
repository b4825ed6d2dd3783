using System.Globalization;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation;

/// <summary>
/// One sheet of the worst pictures, to see what a network gets wrong. Labelled skeletons are green, matched detections yellow with their OKS, false detections magenta. A red box marks each
/// missed person, with the best OKS of any detection.
/// </summary>
public static class WorstSheet
{
    private const int Columns = 4;
    private const int CellWidth = 400;
    private const int PictureHeight = 300;
    private const int CaptionHeight = 22;

    private static readonly Scalar Green = new(90, 220, 90);
    private static readonly Scalar Yellow = new(60, 220, 255);
    private static readonly Scalar Magenta = new(255, 60, 255);
    private static readonly Scalar Red = new(60, 60, 255);
    private static readonly Scalar Grey = new(40, 40, 40);

    /// <summary>Draws a sheet.</summary>
    /// <param name="pictures">Where the pictures are.</param>
    /// <param name="worst">Those to be drawn, the worst first.</param>
    /// <returns>The sheet, BGR; to be disposed.</returns>
    public static Mat Draw(LabelledPictures pictures, IReadOnlyList<PictureScore> worst)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(worst);
        var rows = Math.Max(1, (worst.Count + Columns - 1) / Columns);
        var sheet = new Mat((rows * (PictureHeight + CaptionHeight)) + CaptionHeight, Columns * CellWidth, MatType.CV_8UC3, Grey);
        Write(sheet, "green: labelled   yellow: found, with its OKS   magenta: found, but nobody there   red: missed, with the best OKS of any detection", 6, 15, Scalar.White);
        for (var i = 0; i < worst.Count; i++)
        {
            var top = CaptionHeight + (i / Columns * (PictureHeight + CaptionHeight));
            using var cell = new Mat(sheet, new Rect(i % Columns * CellWidth, top, CellWidth, PictureHeight + CaptionHeight));
            DrawCell(cell, pictures, worst[i]);
        }

        return sheet;
    }

    private static void DrawCell(Mat cell, LabelledPictures pictures, PictureScore score)
    {
        var caption = string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(score.Image.FileName)}  {score.Found}/{score.People.Count} found, {score.FalseDetections.Count} false, quality {score.Quality:0.00}");
        Write(cell, caption, 4, PictureHeight + 15, Scalar.White);
        using var picture = pictures.Read(score.Image, out _);
        if (picture is null)
        {
            return;
        }

        var scale = Math.Min((double)CellWidth / picture.Width, (double)PictureHeight / picture.Height);
        var size = new Size(Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
        using var target = new Mat(cell, new Rect((CellWidth - size.Width) / 2, 0, size.Width, size.Height));
        Cv2.Resize(picture, target, size, 0, 0, scale < 1 ? InterpolationFlags.Area : InterpolationFlags.Linear);
        foreach (var detection in score.FalseDetections)
        {
            DrawSkeleton(target, detection.Keypoints, scale, Magenta);
        }

        foreach (var person in score.People)
        {
            DrawSkeleton(target, person.Person.Keypoints, scale, Green);
            if (person.Match is { } match)
            {
                DrawSkeleton(target, match.Keypoints, scale, Yellow);
                Write(target, person.Oks.ToString("0.00", CultureInfo.InvariantCulture), (int)(person.Person.Box[0] * scale), Top(person.Person, scale), Yellow);
            }
            else
            {
                var box = person.Person.Box;
                Cv2.Rectangle(target, new Rect((int)(box[0] * scale), (int)(box[1] * scale), (int)(box[2] * scale), (int)(box[3] * scale)), Red);
                Write(target, string.Create(CultureInfo.InvariantCulture, $"missed {person.BestOks:0.00}"), (int)(box[0] * scale), Top(person.Person, scale), Red);
            }
        }
    }

    private static int Top(CocoAnnotation person, double scale) => Math.Max(12, (int)(person.Box[1] * scale) - 3);

    /// <summary>Limbs and points whose third value (visibility of a label, confidence of a detection) is above 0.</summary>
    private static void DrawSkeleton(Mat picture, IReadOnlyList<double> keypoints, double scale, Scalar colour)
    {
        bool IsThere(int k) => keypoints[(3 * k) + 2] > 0;
        Point At(int k) => new((int)Math.Round(((keypoints[3 * k] + .5) * scale) - .5), (int)Math.Round(((keypoints[(3 * k) + 1] + .5) * scale) - .5));
        foreach (var limb in Skeletons.Coco17.Limbs)
        {
            if (IsThere(limb.From) && IsThere(limb.To))
            {
                Cv2.Line(picture, At(limb.From), At(limb.To), colour, 1, LineTypes.AntiAlias);
            }
        }

        for (var k = 0; k < Skeletons.Coco17.KeypointCount; k++)
        {
            if (IsThere(k))
            {
                Cv2.Circle(picture, At(k), 2, colour, -1, LineTypes.AntiAlias);
            }
        }
    }

    private static void Write(Mat picture, string text, int x, int y, Scalar colour)
    {
        Cv2.PutText(picture, text, new Point(x, y), HersheyFonts.HersheySimplex, 0.4, Scalar.Black, 3, LineTypes.AntiAlias);
        Cv2.PutText(picture, text, new Point(x, y), HersheyFonts.HersheySimplex, 0.4, colour, 1, LineTypes.AntiAlias);
    }
}
