using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Compression.Import;

/// <summary>What the file itself does not say.</summary>
public sealed record ImportOptions
{
    /// <summary>Id of the new network.</summary>
    public required string Id { get; init; }

    /// <summary>Licence of the weights.</summary>
    public string Licence { get; init; } = "not stated";

    /// <summary>What the weights were trained on.</summary>
    public string TrainingData { get; init; } = "not stated";

    /// <summary>A picture to compare on, or null for the test pattern.</summary>
    public string? PicturePath { get; init; }
}

/// <summary>What an import made.</summary>
/// <param name="Manifest">The new network.</param>
/// <param name="Layout">What the file was recognised as.</param>
/// <param name="Differences">One an output, original against imported.</param>
public sealed record ImportResult(NetworkManifest Manifest, RecognisedLayout Layout, IReadOnlyList<MapDifference> Differences);

/// <summary>Imports a checkpoint: recognises, converts, compares, writes.</summary>
public static class ImportPackage
{
    /// <summary>Rounding of 32-bit sums in another order, on maps that reach about 1.</summary>
    private const double AllowedDifference = 1e-3;

    /// <summary>Imports a file.</summary>
    /// <param name="folder">Where the new network is written.</param>
    /// <param name="path">The checkpoint.</param>
    /// <param name="options">What it does not say itself.</param>
    /// <exception cref="NetworkException">It is not recognised, the maps would differ, or a file cannot be read or written.</exception>
    public static ImportResult Write(string folder, string path, ImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        byte[] file = OnnxFile.Read(path);
        OnnxModel original = OnnxModel.Parse(file, path);
        GraphConstants.Fold(original.Graph);
        RecognisedLayout layout = LayoutRecogniser.Recognise(original.Graph);
        OnnxModel imported = CheckpointImporter.Import(original, layout);
        IReadOnlyList<NetworkExit> exits = CheckpointImporter.Exits(layout);
        IReadOnlyList<MapDifference> differences = Compare(original, imported, layout, exits, options.PicturePath);
        MapDifference worst = differences.MaxBy(one => one.Largest / Math.Max(1, one.Range))!;
        if (worst.Largest > AllowedDifference * Math.Max(1, worst.Range))
        {
            throw original.Graph.Fault($"output '{worst.Output}'", $"the imported network computes other maps (by {worst.Largest:0.0e+0}); nothing was written: please report it with the file");
        }

        NetworkManifest manifest = NetworkPackageWriter.Begin(folder, Manifest(exits, options), options.Id, imported, new LineageStep
        {
            Tool = "edgepose model import",
            Options = Path.GetFileName(path),
            ParentId = Path.GetFileName(path),
            ParentSha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)),
            Remarks = $"Recognised as {layout.Name} by its structure; keypoints and limbs are taken to be in the order of COCO-18, which a structure cannot prove.",
            Figures =
            [
                new("stages", "", $"{layout.Stages.Length}"), new("normalisation", layout.NormalisedInside ? "inside" : "outside", "inside"),
                .. differences.Select(one => new LineageFigure($"largest difference of {one.Output}", "", $"{one.Largest:0.0e+0} (maps reach {one.Range:0.00})")),
            ],
        });
        return new ImportResult(manifest, layout, differences);
    }

    private static IReadOnlyList<MapDifference> Compare(
        OnnxModel original, OnnxModel imported, RecognisedLayout layout, IReadOnlyList<NetworkExit> exits, string? picturePath)
    {
        (int height, int width) = ShapeInference.SizeFor(original.Graph, 368, 368);
        _ = ShapeInference.ForPictures(original.Graph, 1, height, width); // a graph that passed at the size of the recognition may take too much at this one
        float[] picture = picturePath is null ? MapDifference.TestPicture(height, width) : ReadPicture(picturePath, height, width);
        (string, string)[] outputs = [.. layout.Stages.Zip(exits).SelectMany(pair => new[] { (pair.First.Heatmaps, pair.Second.Heatmaps), (pair.First.Pafs, pair.Second.Pafs!) })];
        // The original gets what its own users give it.
        return MapDifference.Measure(original, imported, outputs, picture, height, width, layout.NormalisedInside ? null : value => (value / 256) - 0.5f);
    }

    /// <summary>Stretched to the size: both networks see the same, whatever it looks like.</summary>
    private static float[] ReadPicture(string path, int heightPx, int widthPx)
    {
        using Mat read = PictureFile.Read(path, out var fault) ?? throw new NetworkException($"{path}: {fault}; name a JPEG, PNG or WebP file, or leave --picture out.");

        using var sized = new Mat();
        Cv2.Resize(read, sized, new Size(widthPx, heightPx));
        var values = new float[3 * heightPx * widthPx];
        for (int i = 0; i < heightPx * widthPx; i++)
        {
            Vec3b pixel = sized.At<Vec3b>(i / widthPx, i % widthPx);
            (values[i], values[(heightPx * widthPx) + i], values[(2 * heightPx * widthPx) + i]) = (pixel.Item0, pixel.Item1, pixel.Item2);
        }

        return values;
    }

    private static NetworkManifest Manifest(IReadOnlyList<NetworkExit> exits, ImportOptions options) => new()
    {
        Id = options.Id, Path = "", File = "", Sha256 = "", Card = "", Licence = options.Licence, TrainingData = options.TrainingData,
        Input = new NetworkInput { Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = true, MultipleOf = 8 },
        StridePx = 8, Skeleton = Skeletons.Coco18, Exits = [.. exits],
    };
}
