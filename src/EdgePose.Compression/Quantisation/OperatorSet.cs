using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Quantisation;

/// <summary>Scales of one value a channel came with operator set 13.</summary>
internal static class OperatorSet
{
    private const long Wanted = 13;

    /// <summary>Operators that mean the same in every set from 7 to 13, as far as maps of floats go. Source: ONNX's operator change log.</summary>
    private static readonly HashSet<string> Unchanged =
    [
        "Conv", "Relu", "Elu", "LeakyRelu", "Sigmoid", "Tanh", "PRelu", "Add", "Sub", "Mul", "Div", "Concat", "MaxPool", "AveragePool", "Identity", "Transpose", "Cast",
    ];

    /// <summary>Declares set 13 where nothing changes its meaning by it.</summary>
    /// <exception cref="Inference.NetworkException">An operator would.</exception>
    public static void Raise(OnnxModel model)
    {
        if (model.Opset >= Wanted)
        {
            return;
        }

        if (model.Graph.Nodes.FirstOrDefault(node => !Unchanged.Contains(node.Operator)) is { } changed)
        {
            throw model.Graph.Fault(changed.Place, $"the network is written in operator set {model.Opset}, in which this operator may mean something else than in {Wanted}, which 8 bits a channel need; export it again with operator set {Wanted} or later");
        }

        model.Opset = Wanted;
    }
}
