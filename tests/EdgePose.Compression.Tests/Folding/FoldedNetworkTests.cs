using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Folding.Tests;

public sealed class FoldedNetworkTests : IDisposable
{
    private readonly PackageFolder folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Folding_leaves_the_maps_as_they_were_and_no_batch_normalisation(bool pad)
    {
        NetworkPackage network = folder.Trained();
        FoldResult result = FoldedNetwork.Write(folder.Path, network, pad);
        NetworkPackage folded = NetworkPackage.Open(result.Manifest.Path);
        Assert.DoesNotContain(folded.Model.Graph.Nodes, node => node.Is("BatchNormalization") || node.Is("Mul"));
        Assert.Equal(pad ? 0 : 1, folded.Model.Graph.Nodes.Count(node => node.Is("Sub")));
        var (before, after) = (Networks.Run(network.Model, 64, 96), Networks.Run(folded.Model, 64, 96));
        Assert.All(before, pair => Assert.InRange(Networks.Difference(pair.Value, after[pair.Key]) / pair.Value.Values.Max(Math.Abs), 0, 1e-4));
    }

    [Fact]
    public void The_border_is_exact_where_the_normalisation_is_folded_with_a_pad_and_would_not_be_without_one()
    {
        // A stem of 3x3 that pads, after (x - 128) / 256, on a white picture: the border sees the padding.
        OnnxModel plain = Stem([128, 128, 128]), folded = Stem([128, 128, 128]);
        Assert.Equal(InputFolding.Whole, InputNormalisation.Fold(folded.Graph, padExplicitly: true));
        Assert.Equal(["Pad", "Conv"], folded.Graph.Nodes.Select(node => node.Operator));
        RunOutput expected = Networks.Run(plain, 16, 16)["maps"], found = Networks.Run(folded, 16, 16)["maps"];
        Assert.InRange(Networks.Difference(expected, found), 0, 1e-4f);

        // The naive way: the same weights and bias with the convolution's own zero padding. Right inside, wrong at the border.
        OnnxNode convolution = folded.Graph.Nodes[1];
        folded.Graph.Nodes.RemoveAt(0);
        convolution.Inputs[0] = "image";
        convolution.Set(OnnxAttribute.Of("pads", 1, 1, 1, 1));
        RunOutput naive = Networks.Run(folded, 16, 16)["maps"];
        Assert.InRange(Math.Abs(naive.Values[(3 * 16) + 3] - expected.Values[(3 * 16) + 3]), 0, 1e-4f);
        Assert.InRange(Math.Abs(naive.Values[0] - expected.Values[0]), 1e-2f, float.MaxValue);
    }

    [Fact]
    public void Where_the_grey_differs_from_channel_to_channel_only_the_factor_is_folded()
    {
        OnnxModel plain = Stem([104, 117, 123]), folded = Stem([104, 117, 123]);
        Assert.Equal(InputFolding.FactorOnly, InputNormalisation.Fold(folded.Graph, padExplicitly: true));
        Assert.Equal(["Sub", "Conv"], folded.Graph.Nodes.Select(node => node.Operator));
        Assert.InRange(Networks.Difference(Networks.Run(plain, 16, 16)["maps"], Networks.Run(folded, 16, 16)["maps"]), 0, 1e-4f);
    }

    [Fact]
    public void A_stem_that_does_not_pad_takes_any_normalisation()
    {
        OnnxModel plain = Stem([104, 117, 123], pad: 0), folded = Stem([104, 117, 123], pad: 0);
        Assert.Equal(InputFolding.Whole, InputNormalisation.Fold(folded.Graph, padExplicitly: true));
        Assert.Equal(["Conv"], folded.Graph.Nodes.Select(node => node.Operator));
        Assert.InRange(Networks.Difference(Networks.Run(plain, 16, 16)["maps"], Networks.Run(folded, 16, 16)["maps"]), 0, 1e-4f);
    }

    [Fact]
    public void A_convolution_whose_sum_others_read_keeps_it()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Conv", "c", ["image", "w"], "x"), OnnxNode.Of("Mul", "m", ["x", "two"], "y"), OnnxNode.Of("Add", "a", ["x", "y"], "maps"));
        model.Graph.Put(OnnxTensor.Of("w", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6f]));
        model.Graph.Put(OnnxTensor.Scalar("two", 2));
        float before = Networks.Run(model, 8, 8)["maps"].Values[9];
        Assert.Equal(0, ConvolutionFolder.FoldFollowers(model.Graph));
        Assert.Equal(before, Networks.Run(model, 8, 8)["maps"].Values[9]);
    }

    [Fact]
    public void Weights_that_two_convolutions_share_are_not_changed_under_the_other()
    {
        OnnxModel model = Networks.Of(
            OnnxNode.Of("Conv", "c", ["image", "w"], "x"), OnnxNode.Of("Mul", "m", ["x", "two"], "y"), OnnxNode.Of("Conv", "d", ["image", "w"], "z"), OnnxNode.Of("Add", "a", ["y", "z"], "maps"));
        model.Graph.Put(OnnxTensor.Of("w", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6f]));
        model.Graph.Put(OnnxTensor.Scalar("two", 2));
        RunOutput before = Networks.Run(model, 8, 8)["maps"];
        Assert.Equal(1, ConvolutionFolder.FoldFollowers(model.Graph));
        Assert.InRange(Networks.Difference(before, Networks.Run(model, 8, 8)["maps"]), 0, 1e-2f);
    }

    [Fact]
    public void The_shipped_network_folds_and_runs_in_the_daemon()
    {
        FoldResult result = FoldedNetwork.Write(folder.Path, NetworkPackage.Open(Networks.ShippedManifest));
        Assert.All(result.Differences, one => Assert.InRange(one.Largest, 0, 1e-4));
        using PoseNetwork network = PoseNetwork.Open(result.Manifest, new NetworkShape(64, 64, 1), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        network.Run(0, 1);
    }

    [Fact]
    public void A_network_with_nothing_to_fold_is_told()
    {
        NetworkPackage folded = NetworkPackage.Open(FoldedNetwork.Write(folder.Path, folder.Trained()).Manifest.Path);
        Assert.Contains("nothing to fold", Assert.Throws<NetworkException>(() => FoldedNetwork.Write(folder.Path, folded, id: "again")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static OnnxModel Stem(float[] mean, int pad = 1)
    {
        OnnxModel model = Networks.Of(
            OnnxNode.Of("Sub", "s", ["image", "mean"], "a"), OnnxNode.Of("Div", "d", ["a", "by"], "b"),
            OnnxNode.Of("Conv", "c", ["b", "w"], "maps", OnnxAttribute.Of("pads", pad, pad, pad, pad)));
        var random = new Random(2);
        model.Graph.Put(OnnxTensor.Of("mean", [1, 3, 1, 1], mean.AsSpan()));
        model.Graph.Put(OnnxTensor.Scalar("by", 256));
        model.Graph.Put(OnnxTensor.Of("w", [4, 3, 3, 3], Enumerable.Range(0, 108).Select(_ => random.NextSingle()).ToArray().AsSpan()));
        return model;
    }
}
