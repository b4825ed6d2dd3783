using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Shapes;

/// <summary>The operators of the family, each with the shape that it makes. Source: the ONNX operator specification.</summary>
internal static partial class ShapeRules
{
    private static readonly Dictionary<string, Func<ShapeQuestion, TensorShape>> Rules = new()
    {
        ["Conv"] = Conv,
        ["MaxPool"] = Pool, ["AveragePool"] = Pool,
        ["BatchNormalization"] = BatchNormalization, ["PRelu"] = PRelu,
        ["Relu"] = Same, ["Elu"] = Same, ["LeakyRelu"] = Same, ["Sigmoid"] = Same, ["Tanh"] = Same, ["Clip"] = Same, ["HardSwish"] = Same,
        ["HardSigmoid"] = Same, ["Identity"] = Same, ["Dropout"] = Same,
        ["Add"] = Broadcast, ["Sub"] = Broadcast, ["Mul"] = Broadcast, ["Div"] = Broadcast, ["Max"] = Broadcast, ["Min"] = Broadcast,
        ["Cast"] = asked => asked.Input(0).As((ElementType)asked.Node.Int("to", 0)),
        ["QuantizeLinear"] = asked => asked.Input(0).As(asked.Has(2) ? asked.Input(2).Type : ElementType.UInt8),
        ["DequantizeLinear"] = asked => asked.Input(0).As(asked.Input(1).Type),
        ["Concat"] = Concat, ["Transpose"] = Transpose, ["Pad"] = Pad, ["Upsample"] = Resize, ["Resize"] = Resize, ["DepthToSpace"] = DepthToSpace, ["Constant"] = Constant,
    };

    /// <exception cref="Inference.NetworkException">The operator is not supported, or does not fit what it reads.</exception>
    public static TensorShape Of(ShapeQuestion asked)
    {
        OnnxNode node = asked.Node;
        return node.Is(node.Operator) && Rules.TryGetValue(node.Operator, out Func<ShapeQuestion, TensorShape>? rule)
            ? rule(asked)
            : throw asked.Fault(
                $"the operator {(node.Domain.Length > 0 ? node.Domain + "." : "")}{node.Operator} is not supported; supported are {string.Join(", ", Rules.Keys.Order(StringComparer.Ordinal))}");
    }

    private static TensorShape Same(ShapeQuestion asked) => asked.Input(0);

    private static TensorShape Conv(ShapeQuestion asked)
    {
        TensorShape maps = asked.Maps(0), weights = asked.Maps(1);
        long groups = asked.Node.Int("group", 1);
        if (groups < 1 || maps[1] != weights[1] * groups || weights[0] % groups != 0)
        {
            throw asked.Fault($"weights of {weights} in {groups} group(s) do not fit {maps[1]} channels");
        }

        if (weights.Type != maps.Type || (asked.Has(2) && asked.Input(2).Type != maps.Type))
        {
            throw asked.Fault($"weights of {weights.Type}{(asked.Has(2) ? $" and a bias of {asked.Input(2).Type}" : "")} do not fit maps of {maps.Type}");
        }

        if (asked.Has(2) && (asked.Input(2).Rank != 1 || asked.Input(2)[0] != weights[0]))
        {
            throw asked.Fault($"a bias of {asked.Input(2)} does not fit {weights[0]} output channels");
        }

        if (asked.Node.Ints("kernel_shape") is { } stated && !stated.SequenceEqual([weights[2], weights[3]]))
        {
            throw asked.Fault($"kernel_shape {string.Join(" x ", stated)} is not that of its weights, {weights[2]} x {weights[3]}");
        }

        return Slide(asked, maps, weights[0], (weights[2], weights[3]));
    }

    private static TensorShape Pool(ShapeQuestion asked)
    {
        TensorShape maps = asked.Maps(0);
        return asked.Node.Ints("kernel_shape") is [> 0 and <= 4096 and var height, > 0 and <= 4096 and var width]
            ? Slide(asked, maps, maps[1], (height, width))
            : throw asked.Fault("kernel_shape must be two sizes from 1 to 4096");
    }

    private static TensorShape Slide(ShapeQuestion asked, TensorShape maps, long channels, (long Height, long Width) kernel)
    {
        Window window = Window.Of(asked.Graph, asked.Node, kernel, maps);
        return new TensorShape(maps.Type, [maps[0], channels, window.Vertical.Out(maps[2], window.Ceiling), window.Horizontal.Out(maps[3], window.Ceiling)]);
    }

    private static TensorShape BatchNormalization(ShapeQuestion asked)
    {
        TensorShape maps = asked.Input(0);
        for (int i = 1; i <= 4; i++)
        {
            if (asked.Input(i).Count != maps[1])
            {
                throw asked.Fault($"its input {i} of {asked.Input(i)} does not fit {maps[1]} channels");
            }
        }

        return maps;
    }

    private static TensorShape PRelu(ShapeQuestion asked)
    {
        TensorShape maps = asked.Input(0), joined = Join(asked, maps, asked.Input(1));
        return joined.Sizes.SequenceEqual(maps.Sizes) ? maps : throw asked.Fault($"slopes of {asked.Input(1)} do not fit {maps}");
    }

    private static TensorShape Broadcast(ShapeQuestion asked)
    {
        TensorShape shape = asked.Input(0);
        for (int i = 1; i < Math.Max(2, asked.Node.Inputs.Count); i++)
        {
            shape = Join(asked, shape, asked.Input(i));
        }

        return shape;
    }

    /// <summary>Numpy's rule: sizes are aligned at the end, and a size of 1 stretches.</summary>
    private static TensorShape Join(ShapeQuestion asked, TensorShape one, TensorShape other)
    {
        if (one.Type != other.Type)
        {
            throw asked.Fault($"it joins {one.Type} and {other.Type}, which must be alike");
        }

        int rank = Math.Max(one.Rank, other.Rank);
        var sizes = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            long a = i < rank - one.Rank ? 1 : one.Sizes[i - rank + one.Rank], b = i < rank - other.Rank ? 1 : other.Sizes[i - rank + other.Rank];
            sizes[i] = a == b || b == 1 ? a : a == 1 ? b : throw asked.Fault($"{one} and {other} do not fit each other");
        }

        return new TensorShape(one.Type, [.. sizes]);
    }
}
