using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Tests;

/// <summary>A small network drawn layer by layer, with weights that the test gives or that a seed draws.</summary>
internal sealed class Sketch
{
    private readonly OnnxModel model = OnnxModel.Empty("sketch");
    private readonly Dictionary<string, int> channels = new() { ["image"] = 3 };
    private readonly Random random;

    public Sketch(int seed = 1)
    {
        random = new Random(seed);
        model.Graph.Inputs.Add(OnnxValue.Of("image", ElementType.Float, "n", 3, "h", "w"));
    }

    /// <summary>A convolution with padding that keeps the size; depthwise where the group is all channels. The node and its output have one name.</summary>
    public string Conv(string input, string name, int outputs, int kernel = 1, float[]? weights = null, int group = 1, int stride = 1, int dilation = 1, bool biased = true)
    {
        int each = channels[input] / group, pad = kernel / 2 * dilation;
        weights ??= Draw(outputs * each * kernel * kernel, 1 / MathF.Sqrt(each * kernel * kernel));
        List<string> inputs = [input, model.Graph.Put(OnnxTensor.Of(name + ".weight", [outputs, each, kernel, kernel], weights.AsSpan()))];
        if (biased)
        {
            inputs.Add(model.Graph.Put(OnnxTensor.Of(name + ".bias", [outputs], Draw(outputs, 0.1f).AsSpan())));
        }

        return Node("Conv", name, outputs, inputs, OnnxAttribute.Of("kernel_shape", kernel, kernel), OnnxAttribute.Of("pads", pad, pad, pad, pad),
            OnnxAttribute.Of("strides", stride, stride), OnnxAttribute.Of("dilations", dilation, dilation), OnnxAttribute.Of("group", group));
    }

    public string Relu(string input) => Node("Relu", input + ".relu", channels[input], [input]);

    public string Add(string name, params string[] inputs) => Node("Add", name, channels[inputs[0]], inputs);

    public string Concat(string name, params string[] inputs) => Node("Concat", name, inputs.Sum(input => channels[input]), inputs, OnnxAttribute.Of("axis", 1));

    public string Node(string @operator, string name, int outputs, IEnumerable<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        model.Graph.Nodes.Add(OnnxNode.Of(@operator, name, inputs, name, attributes));
        channels[name] = outputs;
        return name;
    }

    public string Constant(string name, params float[] values) => model.Graph.Put(OnnxTensor.Of(name, [1, values.Length, 1, 1], values.AsSpan()));

    public OnnxModel End(params string[] outputs)
    {
        foreach (string output in outputs)
        {
            model.Graph.Outputs.Add(OnnxValue.Of(output, ElementType.Float, "n", channels[output], "h", "w"));
        }

        return model;
    }

    /// <summary>Pictures of noise that is smooth enough to have structure.</summary>
    public static CalibrationPictures Pictures(int count = 3, int heightPx = 24, int widthPx = 32) =>
        CalibrationPictures.Of([.. Enumerable.Range(1, count).Select(seed => Networks.Picture(heightPx, widthPx, seed))], heightPx, widthPx);

    /// <summary>Largest difference of any output on a picture that is not among <see cref="Pictures"/>.</summary>
    public static float Difference(OnnxModel one, OnnxModel other, int heightPx = 24, int widthPx = 32)
    {
        var (expected, found) = (Networks.Run(one, heightPx, widthPx, 99), Networks.Run(other, heightPx, widthPx, 99));
        return expected.Max(pair => Networks.Difference(pair.Value, found[pair.Key]));
    }

    private float[] Draw(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) * scale)];
}
