using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Comparison;
using EdgePose.Compression.Evaluation;
using EdgePose.Compression.Factorisation;
using EdgePose.Compression.Family;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Import;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Precision;
using EdgePose.Compression.Pruning;
using EdgePose.Compression.Quantisation;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Shapes.Tests;

/// <summary>A small file of known operators that would fill the memory or run for days is refused before anything runs, and no network of the family is.</summary>
public class WorkloadTests
{
    private const int SizePx = 368;

    /// <summary>Far more than a refusal allocates, and far less than a run does.</summary>
    private const long MostBytes = 256 << 20;

    [Fact]
    public void A_convolution_of_ten_thousand_channels_reaches_no_runtime_through_any_tool()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Conv", "c", ["image", "weights"], "heat"));
        model.Graph.Put(OnnxTensor.Of("weights", [10_000, 3, 1, 1], new float[30_000].AsSpan()));
        AssertRefused(model, "Conv 'c': up to here the network takes ", " values in memory ");
    }

    [Fact]
    public void One_weight_that_thousands_of_convolutions_share_reaches_no_runtime_through_any_tool()
    {
        const int Nodes = 4000;
        OnnxAttribute same = OnnxAttribute.Of("auto_pad", "SAME_UPPER");
        OnnxModel model = Networks.Of(
        [
            OnnxNode.Of("Conv", "stem", ["image", "coarse"], "t0", same, OnnxAttribute.Of("strides", 8, 8)),
            .. Enumerable.Range(0, Nodes).Select(i => OnnxNode.Of("Conv", $"c{i}", [$"t{i}", "shared"], i == Nodes - 1 ? "heat" : $"t{i + 1}", same)),
        ]);
        model.Graph.Put(OnnxTensor.Of("coarse", [64, 3, 1, 1], new float[192].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("shared", [64, 64, 15, 15], new float[64 * 64 * 15 * 15].AsSpan()));
        AssertRefused(model, "Conv 'c", " multiplications ");
    }

    [Fact]
    public void Poolings_of_huge_windows_reach_no_runtime_through_any_tool()
    {
        const int Nodes = 300;
        OnnxModel model = Networks.Of(
        [
            .. Enumerable.Range(0, Nodes).Select(i => OnnxNode.Of(
                "MaxPool", $"p{i}", [i == 0 ? "image" : $"t{i}"], i == Nodes - 1 ? "heat" : $"t{i + 1}",
                OnnxAttribute.Of("auto_pad", "SAME_UPPER"), OnnxAttribute.Of("kernel_shape", 301, 301))),
        ]);
        AssertRefused(model, "MaxPool 'p", " multiplications ");
    }

    [Theory]
    [InlineData("cpm")]
    [InlineData("openpose")]
    [InlineData("lightweight")]
    public void Every_reference_is_taken_at_a_large_input(string name)
    {
        OnnxGraph graph = NetworkBuilder.Build(References.Find(name)!, 1).Graph;
        Assert.NotEmpty(ShapeInference.ForPictures(graph, 1, 1280, 1280));
        Assert.NotEmpty(ShapeInference.ForPictures(graph, 8, 736, 1312));
    }

    /// <summary>What every tool says before it runs anything.</summary>
    private static void AssertRefused(OnnxModel model, params string[] words)
    {
        using var files = new NetworkFolder(model.ToBytes(), manifest => manifest["exits"]![0]!.AsObject().Remove("pafs"));
        NetworkManifest manifest = NetworkManifest.Load(files.Manifest);
        NetworkPackage network = NetworkPackage.Open(manifest);
        var labelled = new LabelledPictures(new CocoDataset { Images = [new CocoImage { Id = 1, FileName = "1.png", Width = SizePx, Height = SizePx }], Annotations = [] }, files.Folder);
        var pictures = Sketch.Pictures(2, SizePx, SizePx);
        var tools = new Dictionary<string, Action>
        {
            ["info"] = () => NetworkAnatomy.Of(network.Model.Graph, StageSplit.ExitsOf(network.Model.Graph), SizePx, SizePx),
            ["eval"] = () => new NetworkEvaluator(manifest, new EvaluationOptions()).Run(labelled),
            ["compare"] = () => new NetworkComparison(SizePx, SizePx, [1], 1, 1).Run([manifest]),
            ["import"] = () => ImportPackage.Write(files.Folder, files.Onnx, new ImportOptions { Id = "new" }),
            ["fold"] = () => FoldedNetwork.Write(files.Folder, network, id: "new"),
            ["fp16"] = () => HalfNetwork.Write(files.Folder, network, "new"),
            ["prune"] = () => PrunedNetwork.Write(files.Folder, network, pictures, new PruneOptions { Macs = 0.5 }, "new"),
            ["factorise"] = () => FactorisedNetwork.Write(files.Folder, network, null, new FactoriseOptions { Method = FactorMethod.Separable }, "new"),
            ["quantise"] = () => QuantisedNetwork.Write(files.Folder, network, pictures, new QuantiseOptions(), id: "new"),
        };
        Assert.All(tools, tool =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string fault = Assert.Throws<NetworkException>(tool.Value).Message;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            Assert.All([.. words, "are run", "name another file"], word => Assert.Contains(word, fault, StringComparison.Ordinal));
        });
    }
}
