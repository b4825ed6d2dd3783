using System.Collections.Immutable;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Family;

/// <summary>
/// Makes an ONNX network of a drawing, with random weights: He et al. 2015's initialisation (normal, variance 2 / fan-in), which keeps the values' size through
/// ReLU layers; biases 0, batch normalisation at rest. The same seed gives the same bytes.
/// </summary>
public sealed class NetworkBuilder
{
    private readonly NetworkDrawing drawing;
    private readonly GaussianSource random;
    private readonly OnnxModel model;

    private NetworkBuilder(NetworkDrawing drawing, int seed)
    {
        this.drawing = drawing;
        random = new GaussianSource(seed);
        model = OnnxModel.Empty(drawing.Name);
    }

    /// <summary>Builds a network: input <c>image</c>, N x 3 x H x W, BGR 0 to 255, normalised inside; every stage's maps are outputs.</summary>
    /// <param name="drawing">What to build.</param>
    /// <param name="seed">Of the weights.</param>
    public static OnnxModel Build(NetworkDrawing drawing, int seed)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        return new NetworkBuilder(drawing, seed).Build();
    }

    private OnnxModel Build()
    {
        OnnxGraph graph = model.Graph;
        graph.Inputs.Add(OnnxValue.Of("image", ElementType.Float, "n", 3, "h", "w"));
        graph.Put(OnnxTensor.Scalar("mean", drawing.Mean));
        graph.Put(OnnxTensor.Scalar("scale", drawing.Scale));
        Add("Sub", "input/centre", ["image", "mean"], "input/centre");
        Add("Mul", "input/scale", ["input/centre", "scale"], "input/scale");
        Dictionary<string, Maps> towers = drawing.Towers.ToDictionary(tower => tower.Name, tower => Chain(tower.Blocks, new Maps("input/scale", 3), tower.Name, 0));
        var before = new List<Maps>();
        for (int i = 0; i < drawing.Stages.Length; i++)
        {
            before = Stage(drawing.Stages[i], i, towers[drawing.Stages[i].Tower], before);
        }

        return model;
    }

    private List<Maps> Stage(Stage stage, int index, Maps features, List<Maps> before)
    {
        Maps input = Chain(stage.Adapter, features, $"{stage.Exit}/features", 0);
        if (before.Count > 0)
        {
            List<Maps> joined = stage.FeaturesFirst ? [input, .. before] : [.. before, input];
            Add("Concat", $"{stage.Exit}/concat", joined.Select(maps => maps.Name), $"{stage.Exit}/concat", OnnxAttribute.Of("axis", 1));
            input = new Maps($"{stage.Exit}/concat", joined.Sum(maps => maps.Channels));
        }

        Maps trunk = Chain(stage.Trunk, input, $"{stage.Exit}/trunk", 0);
        var outputs = new List<Maps>();
        foreach (Branch branch in stage.Branches)
        {
            string name = NetworkDrawing.OutputName(branch.Kind, index);
            Maps maps = Chain(branch.Blocks, trunk, $"{stage.Exit}/{name}", drawing.Channels(branch.Kind));
            // The last node carries the output's name: exits are found by it.
            model.Graph.Nodes[^1].Outputs[0] = name;
            model.Graph.Outputs.Add(OnnxValue.Of(name, ElementType.Float, "n", maps.Channels, "h/8", "w/8"));
            outputs.Add(maps with { Name = name });
        }

        return outputs;
    }

    private Maps Chain(ImmutableArray<Block> blocks, Maps maps, string place, int headChannels)
    {
        for (int i = 0; i < blocks.Length; i++)
        {
            string name = $"{place}/{i + 1}";
            switch (blocks[i])
            {
                case Convolution convolution:
                    maps = Convolve(convolution, maps, name, headChannels);
                    break;
                case Pooling pooling:
                    Add("MaxPool", name, [maps.Name], name, OnnxAttribute.Of("kernel_shape", pooling.Size, pooling.Size), OnnxAttribute.Of("strides", pooling.Size, pooling.Size));
                    maps = maps with { Name = name };
                    break;
                case Residual residual:
                    Maps inner = Chain(residual.Blocks, maps, name, 0);
                    Add("Add", $"{name}/add", [maps.Name, inner.Name], $"{name}/add");
                    maps = maps with { Name = $"{name}/add" };
                    break;
            }
        }

        return maps;
    }

    private Maps Convolve(Convolution block, Maps maps, string name, int headChannels)
    {
        int channels = block.Depthwise ? maps.Channels : block.Channels > 0 ? block.Channels : headChannels, each = block.Depthwise ? 1 : maps.Channels;
        int fanIn = each * block.Kernel * block.Kernel, pad = block.Kernel / 2 * block.Dilation;
        float[] weights = random.Values(channels * fanIn, MathF.Sqrt(2f / fanIn));
        List<string> inputs = [maps.Name, model.Graph.Put(OnnxTensor.Of($"{name}/weight", [channels, each, block.Kernel, block.Kernel], weights.AsSpan()))];
        if (block.Biased)
        {
            inputs.Add(model.Graph.Put(OnnxTensor.Of($"{name}/bias", [channels], new float[channels].AsSpan())));
        }

        Add(
            "Conv", $"{name}/conv", inputs, $"{name}/conv", OnnxAttribute.Of("kernel_shape", block.Kernel, block.Kernel),
            OnnxAttribute.Of("strides", block.Stride, block.Stride), OnnxAttribute.Of("dilations", block.Dilation, block.Dilation),
            OnnxAttribute.Of("pads", pad, pad, pad, pad), OnnxAttribute.Of("group", block.Depthwise ? maps.Channels : 1));
        string last = $"{name}/conv";
        if (block.Normalised)
        {
            float[] zeros = new float[channels], ones = [.. Enumerable.Repeat(1f, channels)];
            string Put(string part, float[] values) => model.Graph.Put(OnnxTensor.Of($"{name}/norm/{part}", [channels], values.AsSpan()));
            Add("BatchNormalization", $"{name}/norm", [last, Put("scale", ones), Put("offset", zeros), Put("mean", zeros), Put("variance", ones)], $"{name}/norm");
            last = $"{name}/norm";
        }

        if (block.Activation != Activation.None)
        {
            Add(block.Activation == Activation.Elu ? "Elu" : "Relu", $"{name}/act", [last], $"{name}/act");
            last = $"{name}/act";
        }

        return new Maps(last, channels);
    }

    private void Add(string @operator, string name, IEnumerable<string> inputs, string output, params ReadOnlySpan<OnnxAttribute> attributes) =>
        model.Graph.Nodes.Add(OnnxNode.Of(@operator, name, inputs, output, attributes));

    /// <summary>A tensor under construction.</summary>
    private sealed record Maps(string Name, int Channels);
}
