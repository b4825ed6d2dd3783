using EdgePose.Compression.Calibration;
using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Evaluation.Tests;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation.Tests;

public sealed class QuantisedNetworkTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-int8-").FullName;

    [Fact]
    public void The_shipped_network_in_8_bits_is_opened_by_the_daemon_and_its_card_tells_everything()
    {
        string frames = Directory.CreateDirectory(Path.Combine(folder, "frames")).FullName;
        LabelledPictures labelled = LobbyPictures.Extract(frames, 10, 60, 110);
        NetworkPackage network = NetworkPackage.Open(Networks.ShippedManifest);
        CalibrationPictures pictures = CalibrationPictures.Read(frames, network.Manifest.Input, 3, 96, 128);
        var limit = new LossLimit(100, labelled, new EvaluationOptions { Sizing = InputSizing.OfHeight(128) });
        QuantiseResult result = QuantisedNetwork.Write(folder, network, pictures, new QuantiseOptions(), limit, "int8");
        Assert.All(result.Errors, error => Assert.InRange(error.Relative, 1e-9, 0.5));
        Assert.Equal(network.Model.Graph.Nodes.Count(node => node.Is("Conv")), result.Kept.Count + result.Quantised.Count);
        Assert.Equal(result.Quantised.Count, result.Sensitivity.Count);
        Assert.Equal(result.Sensitivity.OrderByDescending(layer => layer.Error), result.Sensitivity);
        Assert.Equal(0, Assert.Single(result.Trials).Kept);
        using PoseNetwork opened = PoseNetwork.Open(
            NetworkManifest.Load(result.Manifest.Path), new NetworkShape(96, 128, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        opened.Run(0, 1);
        string card = File.ReadAllText(Path.Combine(folder, "int8.md"));
        Assert.Contains("edgepose model quantise --target cpu --method percentile --percentile 99.99 --images 3 --size 96x128 --max-ap-loss 100", card, StringComparison.Ordinal);
        Assert.Contains("/net/stem/Conv (is the stem)", card, StringComparison.Ordinal);
        Assert.All(network.Manifest.Exits, exit => Assert.Contains($"AP of exit {exit.Name} on 3 labelled pictures", card, StringComparison.Ordinal));
        Assert.True(new FileInfo(result.Manifest.File).Length < new FileInfo(network.Manifest.File).Length / 2);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
