using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Shapes;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Precision.Tests;

public sealed class HalfNetworkTests : IDisposable
{
    private readonly PackageFolder folder = new();

    [Fact]
    public void The_shipped_network_in_16_bits_is_half_the_file_and_gives_nearly_the_same_maps()
    {
        NetworkPackage network = NetworkPackage.Open(Networks.ShippedManifest);
        HalfResult result = HalfNetwork.Write(folder.Path, network);
        Assert.InRange(new FileInfo(result.Manifest.File).Length / (double)new FileInfo(network.Manifest.File).Length, 0.45, 0.55);
        // Ten bits of mantissa: 0.05 % a value; half a per cent of the maps' range after fifty layers.
        Assert.All(result.Differences, one => Assert.InRange(one.Largest / one.Range, 1e-6, 2e-2));
        Assert.InRange(result.Report.LargestRelativeError, 1e-5, 5e-4);
        using PoseNetwork opened = PoseNetwork.Open(
            NetworkManifest.Load(result.Manifest.Path), new NetworkShape(64, 64, 2), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        opened.Run(0, 2);
        Assert.Equal(19, opened.Heatmaps(0, 1).Channels);
    }

    [Fact]
    public void Arithmetic_is_in_16_bits_and_inputs_and_outputs_in_32()
    {
        OnnxModel model = folder.Trained().Model;
        HalfPrecision.Convert(model);
        var shapes = ShapeInference.ForPictures(model.Graph, 1, 64, 64);
        Assert.All(model.Graph.Nodes.Where(node => !node.Is("Cast")), node => Assert.Equal(ElementType.Float16, shapes[node.Outputs[0]].Type));
        Assert.All(model.Graph.Outputs, output => Assert.Equal(ElementType.Float, shapes[output.Name].Type));
        Assert.Equal(1 + model.Graph.Outputs.Count, model.Graph.Nodes.Count(node => node.Is("Cast")));
    }

    [Fact]
    public void A_network_whose_last_operator_is_called_after_its_output_runs_in_16_bits()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Relu", "maps", ["image"], "maps"));
        HalfPrecision.Convert(model);
        Assert.Equal([1, 3, 8, 8], Networks.Run(model, 8, 8)["maps"].Sizes);
    }

    [Fact]
    public void A_weight_that_does_not_fit_is_refused_with_its_name()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Mul", "m", ["image", "big"], "maps"));
        model.Graph.Put(OnnxTensor.Scalar("big", 70_000));
        Assert.Contains("'big': the value 70000 does not fit", Assert.Throws<NetworkException>(() => HalfPrecision.Convert(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_vanish_are_counted()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Mul", "m", ["image", "small"], "maps"));
        model.Graph.Put(OnnxTensor.Of("small", [1, 3, 1, 1], [1e-9f, 0, 1]));
        Assert.Equal(new HalfReport(3, 1, 0), HalfPrecision.Convert(model));
    }

    public void Dispose() => folder.Dispose();
}
