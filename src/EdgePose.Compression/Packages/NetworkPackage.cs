using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;

namespace EdgePose.Compression.Packages;

/// <summary>A network as the tools take it: the ONNX file in memory and its manifest.</summary>
/// <param name="Model">The network, free to edit.</param>
/// <param name="Manifest">What it is.</param>
public sealed record NetworkPackage(OnnxModel Model, NetworkManifest Manifest)
{
    /// <summary>Opens a network by its manifest, or by its ONNX file with the manifest beside it under the same name.</summary>
    /// <exception cref="NetworkException">A file is missing or at fault, or the two do not belong together.</exception>
    public static NetworkPackage Open(string path) => Open(NetworkManifest.Load(ManifestPath(path)));

    /// <summary>Opens the network of a manifest.</summary>
    /// <exception cref="NetworkException">The file is missing or at fault, or the two do not belong together.</exception>
    public static NetworkPackage Open(NetworkManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        OnnxModel model = OnnxModel.Parse(OnnxFile.Read(manifest), manifest.File);
        GraphConstants.Fold(model.Graph);
        return new NetworkPackage(model, manifest);
    }

    /// <summary>The size that a network is looked at: its own where the file fixes it, else the wished one rounded up to what the manifest asks for.</summary>
    /// <param name="heightPx">Wished height.</param>
    /// <param name="widthPx">Wished width.</param>
    public (int HeightPx, int WidthPx) SizeFor(int heightPx, int widthPx)
    {
        NetworkShape taken = new NetworkShape(heightPx, widthPx, 1).RoundedUpFor(Manifest);
        return ShapeInference.SizeFor(Model.Graph, taken.InputHeightPx, taken.InputWidthPx);
    }

    /// <summary>Whether a manifest belongs to this path.</summary>
    public static bool HasManifest(string path) => IsManifest(path) || File.Exists(Path.ChangeExtension(path, ".json"));

    private static string ManifestPath(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return HasManifest(path)
            ? Path.ChangeExtension(path, ".json")
            : throw new NetworkException($"{path}: there is no manifest beside it ({Path.GetFileNameWithoutExtension(path)}.json); make one with `edgepose model import`.");
    }

    private static bool IsManifest(string path) => Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
}
