using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Pruning;

/// <summary>Takes channels out of a network: rows and columns of weights, and the channels of every constant that goes with maps.</summary>
internal static class ChannelCutter
{
    /// <summary>Cuts in place.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="ties">Its channels.</param>
    /// <param name="shapes">Its shapes before the cut.</param>
    /// <param name="kept">Whether each set stays.</param>
    public static void Cut(OnnxGraph graph, ChannelTies ties, IReadOnlyDictionary<string, TensorShape> shapes, bool[] kept)
    {
        foreach (OnnxNode node in graph.Nodes)
        {
            int[] outputs = Kept(ties, node.Outputs[0], kept);
            switch (node.Operator)
            {
                case "Conv" when PrunedConvolution.IsDense(node):
                    Replace(graph, node, 1, tensor => tensor.Take(0, outputs).Take(1, Kept(ties, node.Inputs[0], kept)));
                    Replace(graph, node, 2, tensor => tensor.Take(0, outputs));
                    break;
                case "Conv" when PrunedConvolution.IsDepthwise(node, shapes):
                    Replace(graph, node, 1, tensor => tensor.Take(0, outputs));
                    Replace(graph, node, 2, tensor => tensor.Take(0, outputs));
                    node.Set(OnnxAttribute.Of("group", outputs.Length));
                    break;
                case "BatchNormalization":
                    Enumerable.Range(1, 4).ToList().ForEach(input => Replace(graph, node, input, tensor => tensor.Take(0, outputs)));
                    break;
                case "PRelu" or "Add" or "Sub" or "Mul" or "Div" or "Max" or "Min":
                    int whole = ties.SetsOf(node.Outputs[0]).Length;
                    for (int input = 0; input < node.Inputs.Count; input++)
                    {
                        // Channels are the third dimension from the end; a size of 1 is stretched over all of them and stays.
                        Replace(graph, node, input, tensor => tensor.Sizes.Length >= 3 && tensor.Sizes[^3] == whole && whole > 1
                            ? tensor.Take(tensor.Sizes.Length - 3, outputs) : tensor);
                    }

                    break;
            }
        }

        graph.RemoveDead();
    }

    /// <summary>Indices of a tensor's channels that stay.</summary>
    public static int[] Kept(ChannelTies ties, string tensor, bool[] kept)
    {
        int[] sets = ties.SetsOf(tensor);
        return [.. Enumerable.Range(0, sets.Length).Where(channel => kept[sets[channel]])];
    }

    /// <summary>Puts a cut constant in place of an input's, under a name of its own where others read the old one.</summary>
    private static void Replace(OnnxGraph graph, OnnxNode node, int input, Func<OnnxTensor, OnnxTensor> cut)
    {
        if (!graph.Initializers.TryGetValue(node.Input(input), out OnnxTensor? tensor))
        {
            return;
        }

        OnnxTensor changed = cut(tensor);
        if (!ReferenceEquals(changed, tensor) && !changed.Sizes.SequenceEqual(tensor.Sizes))
        {
            bool shared = graph.Nodes.Sum(other => other.Inputs.Count(name => name == tensor.Name)) > 1;
            node.Inputs[input] = graph.Put(changed.Renamed(shared ? graph.NewName(tensor.Name + "_pruned") : tensor.Name));
        }
    }

    /// <summary>Some slices of a tensor along one dimension, in their order.</summary>
    private static OnnxTensor Take(this OnnxTensor tensor, int dimension, int[] indices)
    {
        int inner = 1, outer = 1, size = (int)tensor.Sizes[dimension];
        for (int i = 0; i < tensor.Sizes.Length; i++)
        {
            (inner, outer) = (i > dimension ? inner * (int)tensor.Sizes[i] : inner, i < dimension ? outer * (int)tensor.Sizes[i] : outer);
        }

        float[] values = tensor.ToFloats(), taken = new float[outer * indices.Length * inner];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                values.AsSpan(((o * size) + indices[i]) * inner, inner).CopyTo(taken.AsSpan(((o * indices.Length) + i) * inner));
            }
        }

        return OnnxTensor.Of(tensor.Name, [.. tensor.Sizes.SetItem(dimension, indices.Length)], taken.AsSpan());
    }
}
