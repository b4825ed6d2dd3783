using EdgePose.Compression.Graphs;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Shapes.Tests;

public class ShapeInferenceTests
{
    [Fact]
    public void Every_tensor_of_the_shipped_network_has_the_shape_that_the_runtime_gives_it()
    {
        OnnxModel model = Networks.Shipped();
        var shapes = ShapeInference.ForPictures(model.Graph, 1, 64, 104);
        OnnxModel watched = GraphRunner.Watching(model, model.Graph.Nodes.Select(node => node.Outputs[0]));
        var found = Networks.Run(watched, 64, 104);
        Assert.Equal(model.Graph.Nodes.Count, found.Count);
        Assert.All(found, pair => Assert.Equal(pair.Value.Sizes, shapes[pair.Key].Sizes));
    }

    public static TheoryData<string> Windows() =>
    [
        "3,1,1,1,1", "3,2,1,1,1", "3,1,2,2,2", "5,3,1,0,2", "2,2,1,0,0", "7,1,1,3,3", "4,3,2,1,0",
    ];

    [Theory]
    [MemberData(nameof(Windows))]
    public void Convolutions_and_poolings_of_any_window_agree_with_the_runtime(string window)
    {
        long[] w = [.. window.Split(',').Select(long.Parse)];
        foreach (long ceiling in (long[])[0, 1])
        {
            var attributes = new List<OnnxAttribute>
            {
                OnnxAttribute.Of("kernel_shape", w[0], w[0]), OnnxAttribute.Of("strides", w[1], w[1]), OnnxAttribute.Of("pads", w[3], w[3], w[4], w[4]),
            };
            OnnxModel pool = Networks.Of(OnnxNode.Of("MaxPool", "p", ["image"], "maps", [.. attributes, OnnxAttribute.Of("ceil_mode", ceiling)]));
            AssertAgrees(pool);
        }

        OnnxModel conv = Networks.Of(OnnxNode.Of(
            "Conv", "c", ["image", "w"], "maps", OnnxAttribute.Of("strides", w[1], w[1]), OnnxAttribute.Of("dilations", w[2], w[2]),
            OnnxAttribute.Of("pads", w[3], w[3], w[4], w[4])));
        conv.Graph.Put(OnnxTensor.Of("w", [6, 3, w[0], w[0]], new float[18 * w[0] * w[0]].AsSpan()));
        AssertAgrees(conv);
        foreach (string auto in (string[])["SAME_UPPER", "SAME_LOWER", "VALID"])
        {
            OnnxModel depthwise = Networks.Of(OnnxNode.Of(
                "Conv", "d", ["image", "w"], "maps", OnnxAttribute.Of("strides", w[1], w[1]), OnnxAttribute.Of("group", 3), OnnxAttribute.Of("auto_pad", auto)));
            depthwise.Graph.Put(OnnxTensor.Of("w", [6, 1, w[0], w[0]], new float[6 * w[0] * w[0]].AsSpan()));
            AssertAgrees(depthwise);
        }
    }

    [Fact]
    public void Layout_operators_agree_with_the_runtime()
    {
        OnnxModel model = Networks.Of(
            OnnxNode.Of("Pad", "p", ["image", "pads", "value"], "a"), OnnxNode.Of("Resize", "r", ["a", "", "scales"], "b", OnnxAttribute.Of("mode", "nearest")),
            OnnxNode.Of("Concat", "c", ["b", "b", "b"], "d", OnnxAttribute.Of("axis", -3)), OnnxNode.Of("PRelu", "q", ["d", "slope"], "e"),
            OnnxNode.Of("QuantizeLinear", "s", ["e", "scale", "zero"], "f"), OnnxNode.Of("DequantizeLinear", "t", ["f", "scale", "zero"], "g"),
            OnnxNode.Of("BatchNormalization", "n", ["g", "ones", "zeros", "zeros", "ones"], "h"), OnnxNode.Of("DepthToSpace", "e", ["h"], "i", OnnxAttribute.Of("blocksize", 3)),
            OnnxNode.Of("Transpose", "x", ["i"], "maps", OnnxAttribute.Of("perm", 0, 2, 3, 1)));
        model.Graph.Put(OnnxTensor.Of("pads", [8], new long[] { 0, 0, 1, 2, 0, 0, 3, 4 }.AsSpan()));
        model.Graph.Put(OnnxTensor.Scalar("value", 128));
        model.Graph.Put(OnnxTensor.Of("scales", [4], new float[] { 1, 1, 2, 1.5f }.AsSpan()));
        model.Graph.Put(OnnxTensor.Of("slope", [9, 1, 1], new float[9].AsSpan()));
        model.Graph.Put(OnnxTensor.Scalar("scale", 0.1f));
        model.Graph.Put(OnnxTensor.Of("zero", [], new sbyte[] { 3 }.AsSpan()));
        model.Graph.Put(OnnxTensor.Of("ones", [9], [1, 1, 1, 1, 1, 1, 1, 1, 1f]));
        model.Graph.Put(OnnxTensor.Of("zeros", [9], new float[9].AsSpan()));
        AssertAgrees(model);
        Assert.Equal(ElementType.Int8, ShapeInference.ForPictures(model.Graph, 1, 20, 24)["f"].Type);
    }

    [Fact]
    public void An_operator_that_is_not_supported_is_named_with_its_node()
    {
        string fault = Fault(OnnxNode.Of("Softmax", "s", ["image"], "maps"));
        Assert.Contains("Softmax 's': the operator Softmax is not supported", fault, StringComparison.Ordinal);
        Assert.Contains("BatchNormalization, Cast", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_domains_operator_of_a_known_name_is_not_taken_for_it()
    {
        OnnxNode node = OnnxNode.Of("Relu", "s", ["image"], "maps");
        node.Domain = "com.example";
        Assert.Contains("com.example.Relu is not supported", Fault(node), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_do_not_fit_their_maps_are_told()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Conv", "c", ["image", "w"], "maps"));
        model.Graph.Put(OnnxTensor.Of("w", [8, 5, 3, 3], new float[360].AsSpan()));
        Assert.Contains("do not fit 3 channels", Assert.Throws<NetworkException>(() => ShapeInference.ForPictures(model.Graph, 1, 16, 16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_grows_beyond_all_bounds_is_called_absurd()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Resize", "a", ["image", "", "scales"], "large"), OnnxNode.Of("Resize", "b", ["large", "", "scales"], "maps"));
        model.Graph.Put(OnnxTensor.Of("scales", [4], [1, 1, 64, 64f]));
        Assert.Contains("'b': a tensor of 1 x 3 x 65536 x 65536 is absurd", Assert.Throws<NetworkException>(() => ShapeInference.ForPictures(model.Graph, 1, 16, 16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_the_network_does_not_have_is_told()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Relu", "r", ["image"], "maps"));
        model.Graph.Inputs[0] = OnnxValue.Of("image", ElementType.Float, 1, 3, 32, 32);
        Assert.Contains("1 x 3 x 32 x 32", Assert.Throws<NetworkException>(() => ShapeInference.ForPictures(model.Graph, 1, 16, 16)).Message, StringComparison.Ordinal);
    }

    private static string Fault(params OnnxNode[] nodes) =>
        Assert.Throws<NetworkException>(() => ShapeInference.ForPictures(Networks.Of(nodes).Graph, 1, 16, 16)).Message;

    private static void AssertAgrees(OnnxModel model)
    {
        var shapes = ShapeInference.ForPictures(model.Graph, 1, 20, 24);
        var found = Networks.Run(model, 20, 24);
        Assert.All(found, pair => Assert.Equal(pair.Value.Sizes, shapes[pair.Key].Sizes));
    }
}
