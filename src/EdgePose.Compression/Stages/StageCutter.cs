using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Stages;

/// <summary>
/// One file for each exit from one set of weights. Every stage was supervised in training, so the network can be cut after any of them. A daemon under load can then step down. What the
/// exit needs stays bit for bit; everything after it goes.
/// </summary>
public static class StageCutter
{
    /// <summary>The network up to one exit.</summary>
    /// <param name="network">A network; left as it is.</param>
    /// <param name="exit">Name of one of its exits.</param>
    /// <exception cref="NetworkException">There is no such exit, or the file has not the outputs that its manifest promises.</exception>
    public static OnnxModel Cut(NetworkPackage network, string exit)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkExit found = network.Manifest.FindExit(exit);
        OnnxModel cut = network.Model.Copy();
        cut.Graph.KeepOutputs(found.Pafs is null ? [found.Heatmaps] : [found.Heatmaps, found.Pafs]);
        return cut;
    }

    /// <summary>Writes the network up to one exit, with manifest and card.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="network">A network.</param>
    /// <param name="exit">Name of one of its exits.</param>
    /// <param name="id">The new network's id, or null for the old one's and the exit's name.</param>
    /// <exception cref="NetworkException">As <see cref="Cut"/>; or a file cannot be written.</exception>
    public static NetworkManifest Write(string folder, NetworkPackage network, string exit, string? id = null)
    {
        OnnxModel cut = Cut(network, exit);
        NetworkExit found = network.Manifest.FindExit(exit);
        return NetworkPackageWriter.Derive(
            folder, id ?? $"{network.Manifest.Id}-{exit}", network, cut,
            new LineageStep
            {
                Tool = "edgepose model cut-stages", Options = $"--exit {exit}", Remarks = $"Everything after exit {exit} is left out; the rest is unchanged, so its maps are those of the parent.",
                Figures =
                [
                    new("operators", $"{network.Model.Graph.Nodes.Count}", $"{cut.Graph.Nodes.Count}"),
                    new("exits", string.Join(", ", network.Manifest.Exits.Select(one => one.Name)), exit),
                ],
            },
            manifest => manifest with { Exits = [found] });
    }
}
