using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Anatomy;

/// <summary>What a network, or a part of it, costs.</summary>
/// <param name="Parameters">Trained values: weights, biases, slopes, and the scale and offset of batch normalisation (its mean and variance are measured, not trained).</param>
/// <param name="Macs">
/// Multiply-accumulates of the convolutions for one picture, as the papers count them (they often write FLOPs or GFLOPs): output cells x output channels x
/// kernel x input channels a group. Biases, activations, pooling and additions are left out, as they are there.
/// </param>
public readonly record struct LayerCost(long Parameters, long Macs)
{
    /// <summary>Costs add up.</summary>
    public static LayerCost operator +(LayerCost one, LayerCost other) => new(one.Parameters + other.Parameters, one.Macs + other.Macs);

    /// <summary>The same as the operator.</summary>
    public static LayerCost Add(LayerCost one, LayerCost other) => one + other;

    /// <summary>Cost of a whole network at an input size, for a batch of one.</summary>
    /// <exception cref="Inference.NetworkException">An operator is not supported, or the size is not possible.</exception>
    public static LayerCost Of(OnnxGraph graph, int heightPx, int widthPx)
    {
        IReadOnlyDictionary<string, TensorShape> shapes = ShapeInference.ForPictures(graph, 1, heightPx, widthPx);
        var links = new GraphLinks(graph);
        return graph.Nodes.Aggregate(default(LayerCost), (sum, node) => sum + Of(graph, node, shapes, links));
    }

    /// <summary>Cost of one node.</summary>
    internal static LayerCost Of(OnnxGraph graph, OnnxNode node, IReadOnlyDictionary<string, TensorShape> shapes, GraphLinks links)
    {
        long Constant(int input) => IsConstant(graph, links, node.Input(input)) ? shapes[node.Input(input)].Count : 0;

        switch (node.Operator)
        {
            case "Conv":
                return new(Constant(1) + Constant(2), Workload.Macs(shapes[node.Inputs[1]], shapes[node.Outputs[0]]));
            case "BatchNormalization":
                return new(Constant(1) + Constant(2), 0);
            case "PRelu":
                return new(Constant(1), 0);
            case "Add" when links.Maker(node.Inputs[0])?.Operator == "Conv": // some exporters write a convolution's bias as an addition
                return new(Constant(1), 0);
            case "Add" when links.Maker(node.Inputs[1])?.Operator == "Conv":
                return new(Constant(0), 0);
            default:
                return default;
        }
    }

    /// <summary>A constant, or one that is kept in fewer bits and widened on the way (DequantizeLinear, Cast).</summary>
    private static bool IsConstant(OnnxGraph graph, GraphLinks links, string tensor) =>
        graph.Initializers.ContainsKey(tensor)
        || (links.Maker(tensor) is { Operator: "DequantizeLinear" or "Cast" } maker && graph.Initializers.ContainsKey(maker.Inputs[0]));
}
