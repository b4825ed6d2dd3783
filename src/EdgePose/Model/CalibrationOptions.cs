using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;

namespace EdgePose.Cli.Model;

/// <summary>The options by which tools are given calibration pictures, the same words in each.</summary>
internal sealed class CalibrationOptions
{
    /// <summary>Size at which the training kit's crops were refitted; four thirds wide, as most pictures are.</summary>
    private const int NormalHeightPx = 256, NormalWidthPx = 344;

    /// <summary>The kit refits on 64; half of them change a fit by less than the choice of pictures does, and take half the memory.</summary>
    private const int NormalCount = 32;

    /// <summary>A view of one person, three to four as bodies are.</summary>
    private const int ViewHeightPx = 160, ViewWidthPx = 120;

    private readonly Option<DirectoryInfo?> folder;
    private readonly Option<FileInfo?> views;
    private readonly Option<int?> count;
    private readonly Option<(int HeightPx, int WidthPx)?> size;

    public CalibrationOptions(bool required)
    {
        folder = new("--calibration")
        {
            Description = "A folder of pictures (JPEG, PNG, WebP, BMP) like those that the cameras will see; labels are not wanted. Never the pictures that AP is quoted on.",
            Required = required,
        };
        views = new("--views") { Description = "COCO keypoint annotations of these pictures: calibrate on views of one labelled person each, for a network that will see such views." };
        count = new("--images") { Description = $"How many of them are taken, spread evenly over the folder; {NormalCount} without it." };
        size = new("--size") { Description = $"Height x width that they are letterboxed into; {NormalHeightPx}x{NormalWidthPx}, or the network's own fixed size; of a view {ViewHeightPx}x{ViewWidthPx}.", CustomParser = Parse };
    }

    public void AddTo(Command command)
    {
        command.Options.Add(folder);
        command.Options.Add(views);
        command.Options.Add(count);
        command.Options.Add(size);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(count) < 1)
            {
                parsed.AddError("--images must be at least 1.");
            }

            if (parsed.GetValue(views) is not null && parsed.GetValue(folder) is null)
            {
                parsed.AddError("--views needs the folder of the pictures: --calibration FOLDER.");
            }
        });
    }

    /// <summary>Reads the pictures, and tells which of them could not be read; null where no folder was named.</summary>
    public CalibrationPictures? Read(ParseResult parsed, NetworkPackage network)
    {
        if (parsed.GetValue(folder) is not { } named)
        {
            return null;
        }

        FileInfo? labels = parsed.GetValue(views);
        (int height, int width) = parsed.GetValue(size)
            ?? (labels is null ? ShapeInference.SizeFor(network.Model.Graph, NormalHeightPx, NormalWidthPx) : ShapeInference.SizeFor(network.Model.Graph, ViewHeightPx, ViewWidthPx));
        var shape = new NetworkShape(height, width, 1).RoundedUpFor(network.Manifest);
        (height, width) = (shape.InputHeightPx, shape.InputWidthPx);
        int wanted = parsed.GetValue(count) ?? NormalCount;
        CalibrationPictures pictures = labels is null ? CalibrationPictures.Read(named.FullName, network.Manifest.Input, wanted, height, width)
            : CalibrationPictures.ReadViews(LabelledPictures.Open(CocoDataset.Load(labels.FullName), named.FullName), network.Manifest.Input, wanted, height, width);
        foreach (string fault in pictures.Faults)
        {
            Console.Error.WriteLine($"left out: {fault}");
        }

        Console.Error.WriteLine($"{pictures.Count} of {pictures.Available} {(labels is null ? "pictures" : "people")} in {named.FullName}, at {height}x{width}");
        return pictures;
    }

    private static (int HeightPx, int WidthPx)? Parse(ArgumentResult result)
    {
        if (EvalArguments.TryReadSize(result.Tokens[0].Value, out int height, out int width) && height <= 8192 && width <= 8192)
        {
            return (height, width);
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"--size {result.Tokens[0].Value}: height x width in pixels is wanted, each up to 8192: {NormalHeightPx}x{NormalWidthPx}."));
        return null;
    }
}
