using System.Text;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Anatomy;

/// <summary>What a reader of the papers calls an operator.</summary>
internal static class LayerKind
{
    public static string Of(OnnxNode node, IReadOnlyDictionary<string, TensorShape> shapes) => node.Operator switch
    {
        "Conv" => Convolution(node, shapes[node.Inputs[0]], shapes[node.Inputs[1]]),
        "MaxPool" => Pool(node, "max pool"),
        "AveragePool" => Pool(node, "average pool"),
        "BatchNormalization" => "batch norm",
        "Concat" => "concat",
        "DepthToSpace" => $"depth to space, {node.Int("blocksize", 0)}x{node.Int("blocksize", 0)}",
        _ => node.Operator.ToLowerInvariant(),
    };

    private static string Convolution(OnnxNode node, TensorShape maps, TensorShape weights)
    {
        long groups = node.Int("group", 1);
        var kind = new StringBuilder($"{weights[2]}x{weights[3]} {(groups == 1 ? "conv" : groups == maps[1] ? "depthwise" : $"conv in {groups} groups")}");
        AppendPair(kind, "stride", node.Ints("strides"));
        AppendPair(kind, "dilation", node.Ints("dilations"));
        return kind.ToString();
    }

    private static string Pool(OnnxNode node, string name)
    {
        IReadOnlyList<long> kernel = node.Ints("kernel_shape")!;
        var kind = new StringBuilder($"{kernel[0]}x{kernel[1]} {name}");
        AppendPair(kind, "stride", node.Ints("strides"));
        return kind.ToString();
    }

    private static void AppendPair(StringBuilder kind, string name, IReadOnlyList<long>? pair)
    {
        if (pair is [var one, var other] && (one, other) != (1, 1))
        {
            kind.Append($", {name} {(one == other ? $"{one}" : $"{one}x{other}")}");
        }
    }
}
