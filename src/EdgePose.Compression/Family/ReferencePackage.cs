using System.Globalization;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Family;

/// <summary>Writes a reference as a network that the tools and the daemon take: random weights, but everything else as it would be.</summary>
public static class ReferencePackage
{
    /// <summary>Writes ONNX, manifest and card.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="drawing">Which.</param>
    /// <param name="id">Its id, and the name of its files.</param>
    /// <param name="seed">Of the weights.</param>
    /// <exception cref="NetworkException">A file cannot be written.</exception>
    public static NetworkManifest Write(string folder, NetworkDrawing drawing, string id, int seed)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        OnnxModel model = NetworkBuilder.Build(drawing, seed);
        return NetworkPackageWriter.Begin(folder, Manifest(drawing), id, model, new LineageStep
        {
            Tool = "edgepose model new",
            Options = string.Create(CultureInfo.InvariantCulture, $"{drawing.Name} --seed {seed}"),
            Remarks = $"{drawing.Title}; random weights, never trained: it shows the network's form and cost, and finds nobody.",
        });
    }

    /// <summary>What the manifest says of a drawing; the writer fills in the files.</summary>
    internal static NetworkManifest Manifest(NetworkDrawing drawing) => new()
    {
        Id = drawing.Name, Path = "", File = "", Sha256 = "", Card = "", Licence = "Apache-2.0 (random weights)", TrainingData = "none: random weights",
        Input = new NetworkInput { Name = "image", Channels = ChannelOrder.Bgr, NormalisedInside = true, MultipleOf = 8 },
        StridePx = 8,
        Skeleton = drawing.Skeleton,
        Exits =
        [
            .. drawing.Stages.Select((stage, i) => new NetworkExit(
                stage.Exit, NetworkDrawing.OutputName(MapKind.Heatmaps, i),
                stage.Branches.Any(branch => branch.Kind == MapKind.Pafs) ? NetworkDrawing.OutputName(MapKind.Pafs, i) : null)),
        ],
    };
}
