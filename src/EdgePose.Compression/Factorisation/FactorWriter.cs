using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Factorisation;

/// <summary>Puts factors in place of a convolution: the first reads what it read, the last makes what it made and has its bias.</summary>
internal static class FactorWriter
{
    /// <summary>Replaces it.</summary>
    public static void Replace(OnnxGraph graph, OnnxNode convolution, Factors factors)
    {
        IReadOnlyList<long> strides = convolution.Ints("strides") ?? [1, 1], dilations = convolution.Ints("dilations") ?? [1, 1], pads = convolution.Ints("pads") ?? [0, 0, 0, 0];
        string name = convolution.Name.Length > 0 ? convolution.Name : convolution.Outputs[0], read = convolution.Inputs[0];
        var nodes = new OnnxNode[factors.Parts.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            Factor factor = factors.Parts[i];
            bool last = i == nodes.Length - 1;
            string weights = graph.Put(OnnxTensor.Of(
                graph.NewName($"{convolution.Inputs[1]}_{i + 1}"), [factor.Outputs, factor.InputsAGroup, factor.Height, factor.Width], factor.Weights.AsSpan()));
            string made = last ? convolution.Outputs[0] : graph.NewName($"{convolution.Outputs[0]}_{i + 1}");
            (bool rows, bool columns) = (factor.TakesRows, factor.TakesColumns);
            nodes[i] = OnnxNode.Of(
                "Conv", last ? name : $"{name}_{i + 1}", [read, weights, .. last ? convolution.Inputs.Skip(2) : []], made,
                OnnxAttribute.Of("kernel_shape", factor.Height, factor.Width), OnnxAttribute.Of("strides", rows ? strides[0] : 1, columns ? strides[1] : 1),
                OnnxAttribute.Of("dilations", rows ? dilations[0] : 1, columns ? dilations[1] : 1),
                OnnxAttribute.Of("pads", rows ? pads[0] : 0, columns ? pads[1] : 0, rows ? pads[2] : 0, columns ? pads[3] : 0), OnnxAttribute.Of("group", factor.Groups));
            read = made;
        }

        graph.Replace(convolution, nodes);
    }

    /// <summary>MACs of the factors for one cell of the convolution's output: what comes before a stride runs on more cells.</summary>
    public static long MacsACell(OnnxNode convolution, Factors factors)
    {
        IReadOnlyList<long> strides = convolution.Ints("strides") ?? [1, 1];
        (long rows, long columns) = (strides[0], strides[1]);
        long macs = 0;
        foreach (Factor factor in factors.Parts)
        {
            (rows, columns) = (factor.TakesRows ? 1 : rows, factor.TakesColumns ? 1 : columns);
            macs += factor.Weights.Length * rows * columns;
        }

        return macs;
    }
}
