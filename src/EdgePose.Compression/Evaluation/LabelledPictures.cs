using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Evaluation;

/// <summary>A picture that could not be evaluated.</summary>
/// <param name="Image">Which.</param>
/// <param name="Reason">What is wrong with its file.</param>
public sealed record PictureFault(CocoImage Image, string Reason)
{
    /// <summary>File and reason.</summary>
    public override string ToString() => $"{Image.FileName}: {Reason}";
}

/// <summary>Labels and the folder of their pictures.</summary>
/// <param name="Labels">What is to be found.</param>
/// <param name="Folder">Where the pictures lie.</param>
public sealed record LabelledPictures(CocoDataset Labels, string Folder)
{
    private const string Gone = "the file is missing";

    /// <summary>What was done about EXIF orientations, as a sentence; null where no picture has one.</summary>
    public string? OrientationNote { get; private init; }

    /// <summary>Labels and their pictures, the labels turned where they are of stored pixels and the picture is shown turned (EXIF).</summary>
    public static LabelledPictures Open(CocoDataset labels, string folder)
    {
        var pictures = new LabelledPictures(labels, folder);
        var (turned, note) = LabelOrientation.Of(labels, image => pictures.PathOf(image, out _));
        return pictures with { Labels = turned, OrientationNote = note };
    }

    /// <summary>Pictures whose files are not there, found without opening one.</summary>
    public IReadOnlyList<PictureFault> Missing() =>
        [
            .. Labels.Images.Where(image => !File.Exists(PathOf(image, out _)))
                .Select(image => new PictureFault(image, PathOf(image, out var reason) is null ? reason! : Gone)),
        ];

    /// <summary>Refuses pictures that cannot be used: a figure of the others is not the one that was asked for.</summary>
    /// <param name="faults">As <see cref="Missing"/> or an evaluation tells them.</param>
    /// <param name="remedy">What to do: a clause without a full stop.</param>
    /// <exception cref="InvalidDataException">There is a fault; with their count and the first names.</exception>
    public void Refuse(IReadOnlyList<PictureFault> faults, string remedy)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (faults.Count > 0)
        {
            throw new InvalidDataException(
                $"{Folder}: {faults.Count} of {Labels.Images.Count} pictures cannot be used ({NameList.Some(faults.Select(fault => fault.ToString()))}); {remedy}.");
        }
    }

    /// <summary>Picture files directly in the folder that no label names: they are not evaluated.</summary>
    public IReadOnlyList<string> FilesWithoutLabels()
    {
        var named = Labels.Images.Select(image => image.FileName).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. PictureFile.In(Folder).Select(path => Path.GetFileName(path)!).Where(name => !named.Contains(name)),
        ];
    }

    /// <summary>Reads a picture as BGR.</summary>
    /// <param name="image">Which.</param>
    /// <param name="fault">Why it cannot be used, or null.</param>
    /// <returns>The picture, to be disposed, or null with a fault.</returns>
    public Mat? Read(CocoImage image, out PictureFault? fault)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (PathOf(image, out var reason) is not { } path)
        {
            fault = new(image, reason!);
            return null;
        }

        var picture = PictureFile.Read(path, out var unusable);
        fault = picture is null ? new(image, unusable)
            : image.Width > 0 && image.Height > 0 && (picture.Width, picture.Height) != (image.Width, image.Height)
                ? new(image, $"has {picture.Width} x {picture.Height} pixels, but its labels were made for {image.Width} x {image.Height}{TurnOf(path)}")
            : null;
        if (fault is null)
        {
            return picture;
        }

        picture?.Dispose();
        return null;
    }

    private static string TurnOf(string path)
    {
        var orientation = PictureFile.HeadOf(path).Orientation;
        return orientation > 1 ? $"; the picture is turned by its EXIF orientation {orientation}" : string.Empty;
    }

    /// <summary>The picture's file, or null for one outside the folder: a label file from elsewhere must not make us open any other.</summary>
    private string? PathOf(CocoImage image, out string? reason)
    {
        if (image.FileName.Contains('\0', StringComparison.Ordinal))
        {
            reason = "its name holds a null character, which no file's does";
            return null;
        }

        var folder = Path.GetFullPath(Folder).TrimEnd('/') + "/";
        var full = Path.GetFullPath(Path.Combine(folder, image.FileName));
        reason = full.StartsWith(folder, StringComparison.Ordinal) && full.Length > folder.Length ? null : "leaves the folder of pictures";
        return reason is null ? full : null;
    }
}
