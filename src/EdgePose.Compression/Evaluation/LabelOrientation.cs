using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation;

/// <summary>
/// Brings labels to the pixels that are evaluated: those of the picture turned as its EXIF orientation says. Some tools label the stored pixels. The labels' width and height tell which, where a turn
/// exchanges them; else they are taken as labels of the turned picture.
/// </summary>
internal static class LabelOrientation
{
    private const int Clockwise = 6; // EXIF: the stored pixels are shown turned by 90 degrees clockwise
    private const int Anticlockwise = 8;

    /// <summary>The labels of the turned pictures, and a sentence on what was done; the sentence is null where no picture has an orientation.</summary>
    public static (CocoDataset Labels, string? Note) Of(CocoDataset labels, Func<CocoImage, string?> pathOf)
    {
        Dictionary<long, (CocoImage Image, int Orientation)> turned = [];
        var untold = 0;
        foreach (var image in labels.Images)
        {
            var (orientation, stored) = pathOf(image) is { } path ? PictureFile.HeadOf(path) : (1, null);
            if (orientation is Clockwise or Anticlockwise && stored is var (width, height) && width != height && (image.Width, image.Height) == (width, height))
            {
                turned[image.Id] = (image, orientation);
            }
            else
            {
                untold += orientation > 1 && (orientation <= 4 || image.Width == image.Height) ? 1 : 0;
            }
        }

        string[] notes =
        [
            .. turned.Count > 0 ? [$"the labels of {turned.Count} pictures are of stored pixels, as their size tells, and were turned by the EXIF orientation"] : Array.Empty<string>(),
            .. untold > 0 ? [$"{untold} pictures have an EXIF orientation that keeps their size: their labels are taken as those of the turned picture"] : Array.Empty<string>(),
        ];
        return (turned.Count == 0 ? labels : labels with
        {
            Images = [.. labels.Images.Select(image => turned.ContainsKey(image.Id) ? image with { Width = image.Height, Height = image.Width } : image)],
            Annotations = [.. labels.Annotations.Select(person => turned.TryGetValue(person.ImageId, out var found) ? Turned(person, found.Image, found.Orientation) : person)],
        }, notes.Length > 0 ? string.Join("; ", notes) : null);
    }

    private static CocoAnnotation Turned(CocoAnnotation person, CocoImage stored, int orientation)
    {
        (double X, double Y) Turn(double x, double y) => orientation == Clockwise ? (stored.Height - y, x) : (y, stored.Width - x);
        double[] keypoints = [.. person.Keypoints];
        for (var k = 0; k < keypoints.Length; k += 3)
        {
            (keypoints[k], keypoints[k + 1]) = keypoints[k + 2] > 0 ? Turn(keypoints[k], keypoints[k + 1]) : (0, 0);
        }

        var (x, y, width, height) = (person.Box[0], person.Box[1], person.Box[2], person.Box[3]);
        var corner = orientation == Clockwise ? Turn(x, y + height) : Turn(x + width, y);
        return person with { Keypoints = keypoints, Box = [corner.X, corner.Y, height, width] };
    }
}
