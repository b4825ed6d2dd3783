using EdgePose.Compression.Calibration;
using EdgePose.Compression.Evaluation.Tests;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Pruning.Tests;

public sealed class PrunedNetworkTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-prune-").FullName;

    [Fact]
    public void The_daemon_opens_what_was_written_and_the_card_tells_how_it_was_made()
    {
        string frames = Directory.CreateDirectory(Path.Combine(folder, "frames")).FullName;
        LobbyPictures.Extract(frames, 10, 20);
        File.WriteAllText(Path.Combine(frames, "broken.jpg"), "no picture");
        NetworkPackage network = NetworkPackage.Open(Networks.ShippedManifest);
        CalibrationPictures pictures = CalibrationPictures.Read(frames, network.Manifest.Input, 3, 96, 128);
        Assert.Equal((2, 3, 1), (pictures.Count, pictures.Available, pictures.Faults.Count));
        (NetworkManifest written, PruneResult result) = PrunedNetwork.Write(folder, network, pictures, new PruneOptions { Macs = 0.7 }, "small");
        using PoseNetwork opened = PoseNetwork.Open(
            NetworkManifest.Load(written.Path), new NetworkShape(96, 128, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        opened.Run(0, 1);
        Assert.Equal(19, opened.Heatmaps(0, 0).Channels);
        string card = File.ReadAllText(Path.Combine(folder, "small.md"));
        Assert.Contains("edgepose model prune --macs 0.7 --images 2 --size 96x128", card, StringComparison.Ordinal);
        Assert.Contains($"{result.Widths.Count(width => width.After < width.Before)} of 30", card, StringComparison.Ordinal);
        Assert.Contains("share of heat_1 lost on the calibration pictures", card, StringComparison.Ordinal);
        Assert.Equal("edgepose-v0", Lineage.Of(NetworkPackage.Open(written.Path).Model)[^1].ParentId);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
