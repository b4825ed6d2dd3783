using System.Collections.Immutable;

namespace EdgePose.Inference;

/// <summary>
/// What an ONNX file is: the JSON file beside it. Nothing about a network is guessed; what the manifest promises is checked against
/// the network when it is opened, so a manifest that lies is found before the first frame.
/// </summary>
public sealed record NetworkManifest
{
    /// <summary>No larger manifest is read; one takes about a kilobyte.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>The network's name in configuration, logs and events.</summary>
    public required string Id { get; init; }

    /// <summary>Full path of the manifest.</summary>
    public required string Path { get; init; }

    /// <summary>Full path of the ONNX file; it lies in the manifest's folder or below it.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the ONNX file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>What the weights were trained on.</summary>
    public required string TrainingData { get; init; }

    /// <summary>File name of the model card beside the manifest.</summary>
    public required string Card { get; init; }

    /// <summary>The picture input.</summary>
    public required NetworkInput Input { get; init; }

    /// <summary>Network pixels a cell of the output, in both directions.</summary>
    public required int StridePx { get; init; }

    /// <summary>What the heatmaps' channels mean.</summary>
    public required Skeleton Skeleton { get; init; }

    /// <summary>The usable stages, shallowest first; the last is the deepest and the default.</summary>
    public required ImmutableArray<NetworkExit> Exits { get; init; }

    /// <summary>The deepest exit.</summary>
    public NetworkExit DeepestExit => Exits[^1];

    /// <summary>Reads and checks a manifest. The ONNX file is not opened.</summary>
    /// <param name="path">The manifest's file.</param>
    /// <exception cref="NetworkException">The file cannot be read, or is at fault; with every fault.</exception>
    public static NetworkManifest Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] json = NetworkBytes.Read(path, MaxBytes, "network manifest", "name the .json file beside the network's .onnx file");
        return new NetworkManifestReader(System.IO.Path.GetFullPath(path)).Read(json);
    }

    /// <summary>The manifest's file, as <see cref="Load"/> reads it; <see cref="File"/> is written relative to <see cref="Path"/>.</summary>
    public string ToJson() => NetworkManifestWriter.Write(this);

    /// <summary>The exit called <paramref name="name"/>, or the deepest one when it is null.</summary>
    /// <exception cref="NetworkException">There is no such exit.</exception>
    public NetworkExit FindExit(string? name) =>
        name is null
            ? DeepestExit
            : Exits.FirstOrDefault(exit => exit.Name == name)
              ?? throw new NetworkException($"{Path}: the network has no exit '{name}'; it has {string.Join(", ", Exits.Select(exit => exit.Name))}.");
}
