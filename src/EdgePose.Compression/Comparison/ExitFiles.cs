using EdgePose.Compression.Packages;
using EdgePose.Compression.Stages;
using EdgePose.Inference;

namespace EdgePose.Compression.Comparison;

/// <summary>
/// Every exit of some networks as a network of its own, to be compared like any other. ONNX Runtime always runs a file whole, for any of its outputs. So an exit is only as cheap as a file
/// that is cut there. A daemon under load steps down to such a file too. The deepest exit is the file itself; the others are cut into a folder that goes with this.
/// </summary>
public sealed class ExitFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-exits-");

    /// <summary>Cuts the networks.</summary>
    /// <param name="networks">Their manifests.</param>
    /// <exception cref="NetworkException">A file is at fault, has not the outputs that its manifest promises, or a cut one cannot be written.</exception>
    public ExitFiles(IReadOnlyList<NetworkManifest> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        try
        {
            Manifests = [.. networks.SelectMany((network, i) => ExitsOf(network, Path.Combine(folder.FullName, $"{i}")))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// One per exit, called ID/EXIT where its network has several. They are in the order of the networks, the deepest exit of each first. So the first is the first network as it is; the
    /// speed of the others is relative to it.
    /// </summary>
    public IReadOnlyList<NetworkManifest> Manifests { get; }

    /// <summary>Removes the cut files.</summary>
    public void Dispose() => folder.Delete(recursive: true);

    private static IEnumerable<NetworkManifest> ExitsOf(NetworkManifest network, string folder)
    {
        if (network.Exits is [_])
        {
            yield return network;
            yield break;
        }

        yield return network with { Id = NameOf(network, network.DeepestExit), Exits = [network.DeepestExit] };
        NetworkPackage whole = NetworkPackage.Open(network.Path);
        foreach (NetworkExit exit in network.Exits.SkipLast(1).Reverse())
        {
            yield return StageCutter.Write(folder, whole, exit.Name) with { Id = NameOf(network, exit) };
        }
    }

    private static string NameOf(NetworkManifest network, NetworkExit exit) => $"{network.Id}/{exit.Name}";
}
