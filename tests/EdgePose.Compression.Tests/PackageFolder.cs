using EdgePose.Compression.Family;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Tests;

/// <summary>A fresh folder for networks that a test writes, removed at the end.</summary>
internal sealed class PackageFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("edgepose-package-").FullName;

    /// <summary>A narrow reference, written and opened again.</summary>
    public NetworkPackage Reference(string name, int divisor = 16) =>
        NetworkPackage.Open(ReferencePackage.Write(Path, References.Find(name)!.Narrowed(divisor), name, 1).Path);

    /// <summary>A narrow Lightweight OpenPose whose batch normalisation is as after training: random, none at rest.</summary>
    public NetworkPackage Trained()
    {
        NetworkPackage network = Reference("lightweight");
        var random = new Random(4);
        foreach (OnnxTensor tensor in network.Model.Graph.Initializers.Values.Where(tensor => tensor.Name.Contains("/norm/", StringComparison.Ordinal) || tensor.Name.EndsWith("bias", StringComparison.Ordinal)).ToList())
        {
            bool positive = tensor.Name.EndsWith("variance", StringComparison.Ordinal) || tensor.Name.EndsWith("scale", StringComparison.Ordinal);
            float[] values = [.. Enumerable.Range(0, tensor.Count).Select(_ => positive ? 0.5f + random.NextSingle() : random.NextSingle() - 0.5f)];
            network.Model.Graph.Put(OnnxTensor.Of(tensor.Name, tensor.Sizes.AsSpan(), values.AsSpan()));
        }

        NetworkManifest written = NetworkPackageWriter.Begin(Path, network.Manifest, "trained", network.Model, new LineageStep { Tool = "a test" });
        return NetworkPackage.Open(written.Path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
