using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Folding;

/// <summary>y = scale * x + offset, channel by channel: what batch normalisation, biases and input normalisation all are once trained.</summary>
/// <param name="Scale">One a channel.</param>
/// <param name="Offset">One a channel.</param>
internal sealed record ChannelAffine(double[] Scale, double[] Offset)
{
    /// <summary>y = x.</summary>
    public static ChannelAffine Identity(int channels) => new([.. Enumerable.Repeat(1.0, channels)], new double[channels]);

    /// <summary>This first, then the other.</summary>
    public ChannelAffine Then(ChannelAffine next) => new(
        [.. Scale.Zip(next.Scale, (a, b) => a * b)], [.. Offset.Zip(next.Scale, (a, b) => a * b).Zip(next.Offset, (a, b) => a + b)]);

    /// <summary>What a node does, or null where it is nothing of this kind.</summary>
    /// <param name="graph">For the constants.</param>
    /// <param name="node">Any node.</param>
    /// <param name="channels">Channels of the maps that it reads.</param>
    public static ChannelAffine? Of(OnnxGraph graph, OnnxNode node, int channels) => node.Operator switch
    {
        "BatchNormalization" when node.Is("BatchNormalization") => Normalisation(graph, node, channels),
        "Add" or "Sub" or "Mul" or "Div" when node.Domain.Length == 0 => Arithmetic(graph, node, channels),
        _ => null,
    };

    private static ChannelAffine? Normalisation(OnnxGraph graph, OnnxNode node, int channels)
    {
        double[]?[] parts = [.. Enumerable.Range(1, 4).Select(i => Channels(graph, node.Input(i), channels, vector: true))];
        if (parts is not [{ } scale, { } offset, { } mean, { } variance])
        {
            return null;
        }

        double epsilon = node.Float("epsilon", 1e-5f); // ONNX's default
        double[] factor = [.. scale.Zip(variance, (s, v) => s / Math.Sqrt(v + epsilon))];
        return new(factor, [.. Enumerable.Range(0, channels).Select(c => offset[c] - (mean[c] * factor[c]))]);
    }

    private static ChannelAffine? Arithmetic(OnnxGraph graph, OnnxNode node, int channels)
    {
        int at = graph.Initializers.ContainsKey(node.Input(1)) ? 1 : 0;
        if (node.Inputs.Count != 2 || Channels(graph, node.Input(at), channels, vector: false) is not { } values || (at == 0 && node.Operator is "Sub" or "Div"))
        {
            return null;
        }

        double[] ones = [.. Enumerable.Repeat(1.0, channels)], zeros = new double[channels];
        return node.Operator switch
        {
            "Add" => new(ones, values),
            "Sub" => new(ones, [.. values.Select(value => -value)]),
            "Mul" => new(values, zeros),
            _ => new([.. values.Select(value => 1 / value)], zeros),
        };
    }

    /// <summary>A constant's values, one a channel, or null where it is none that applies to whole channels.</summary>
    private static double[]? Channels(OnnxGraph graph, string name, int channels, bool vector)
    {
        if (!graph.Initializers.TryGetValue(name, out OnnxTensor? tensor) || !tensor.Type.IsReal())
        {
            return null;
        }

        float[] values = tensor.ToFloats();
        // [C] for batch normalisation; a scalar, or C x 1 x 1 with or without a leading 1, for arithmetic on maps.
        bool isVector = tensor.Sizes is [var size] && size == channels;
        bool isChannels = tensor.Sizes is [var c, 1, 1] && c == channels;
        bool isBatch = tensor.Sizes is [1, var d, 1, 1] && d == channels;
        return vector ? (isVector ? Array.ConvertAll(values, value => (double)value) : null)
            : values.Length == 1 && tensor.Sizes.Length <= 4 ? [.. Enumerable.Repeat((double)values[0], channels)]
            : isChannels || isBatch ? Array.ConvertAll(values, value => (double)value) : null;
    }
}
