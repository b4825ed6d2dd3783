using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Quantisation;

/// <summary>
/// Which tensors are in 8 bits when some convolutions are: the inputs of these, and their outputs after the activation. The runtime can then join an operator with the quantisation round
/// it. Additions, concats and poolings between quantised layers follow, else the runtime would convert back and forth round them.
/// </summary>
internal sealed class QuantisationPlan
{
    private QuantisationPlan(HashSet<OnnxNode> layers, HashSet<string> tensors)
    {
        (Layers, Tensors) = (layers, tensors);
    }

    /// <summary>Convolutions in 8 bits.</summary>
    public IReadOnlySet<OnnxNode> Layers { get; }

    /// <summary>Tensors in 8 bits.</summary>
    public IReadOnlySet<string> Tensors { get; }

    /// <summary>Plans.</summary>
    public static QuantisationPlan Of(OnnxGraph graph, IEnumerable<OnnxNode> layers)
    {
        var links = new GraphLinks(graph);
        HashSet<OnnxNode> quantised = [.. layers];
        var tensors = new HashSet<string>();
        foreach (OnnxNode layer in quantised)
        {
            tensors.Add(layer.Inputs[0]);
            tensors.Add(links.OnlyReader(layer.Outputs[0]) is { } next && next.Is("Relu") ? next.Outputs[0] : layer.Outputs[0]);
        }

        // Against the flow, so that what an operator reads is decided after what it makes.
        foreach (OnnxNode node in graph.Nodes.Reverse().Where(node => tensors.Contains(node.Outputs[0])))
        {
            if (node.Operator is "Concat" or "MaxPool" || (node.Operator is "Add" && !node.Inputs.Any(graph.Initializers.ContainsKey)))
            {
                tensors.UnionWith(node.Inputs);
            }
        }

        return new QuantisationPlan(quantised, tensors);
    }

    /// <summary>The convolutions that can be in 8 bits, in order.</summary>
    public static IReadOnlyList<OnnxNode> Candidates(OnnxGraph graph) =>
        [.. graph.Nodes.Where(node => node.Is("Conv") && graph.Initializers.TryGetValue(node.Inputs[1], out OnnxTensor? weights) && weights.Type == ElementType.Float)];

    /// <summary>
    /// Why a convolution stays in floating point in this family, or null. The stem sees the picture's full range with few channels. The output layers make sparse peaks. A concat of
    /// features and maps has no one scale for both. Source: reports on INT8 of Lightweight OpenPose and RTMPose, which find nobody without it.
    /// </summary>
    public static string? ReasonToKeep(OnnxGraph graph, GraphLinks links, OnnxNode layer) =>
        LayerRole.MakesOutput(links, layer) ? "makes an output" : LayerRole.ReadsConcat(links, layer) ? "reads a concat" : LayerRole.IsStem(graph, links, layer) ? "is the stem" : null;
}
