using System.CommandLine;
using System.Globalization;
using EdgePose.Compression.Evaluation;

namespace EdgePose.Cli.Model;

/// <summary>Labelled pictures for a command that takes minutes. Faults of the input are reported before it begins.</summary>
internal static class LabelledInput
{
    /// <summary>Reads the labels, and looks whether their pictures are there.</summary>
    /// <param name="annotations">COCO keypoint annotations.</param>
    /// <param name="folder">The folder of their pictures.</param>
    /// <param name="limit">The most pictures, or null for all.</param>
    /// <param name="folderOption">What the command calls the folder.</param>
    /// <exception cref="InvalidDataException">Labels, folder or pictures are missing or at fault.</exception>
    public static LabelledPictures Read(FileInfo annotations, DirectoryInfo folder, int? limit, Option folderOption)
    {
        var labels = CocoDataset.Load(annotations.FullName);
        var pictures = LabelledPictures.Open(labels.Take(limit), InputFaults.Folder(folder, folderOption));
        pictures.Refuse(pictures.Missing(), $"name their folder with {folderOption.Name}");
        if (pictures.OrientationNote is { } note)
        {
            Console.Error.WriteLine($"{folder.FullName}: {note}");
        }

        long[] strange = [.. labels.PicturesThatAreNotThere()];
        if (strange.Length > 0)
        {
            Console.Error.WriteLine(
                $"{annotations.FullName}: {strange.Length} pictures are named by annotations but not listed: their people do not count: "
                + NameList.Some(strange.Select(id => id.ToString(CultureInfo.InvariantCulture))));
        }

        return pictures;
    }
}
