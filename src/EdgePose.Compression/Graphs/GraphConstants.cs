namespace EdgePose.Compression.Graphs;

/// <summary>Constant nodes become initializers, so that every tool meets one kind of constant.</summary>
public static class GraphConstants
{
    /// <summary>Folds Constant nodes, and drops Identity and Dropout in between; the outputs' names stay.</summary>
    /// <exception cref="Inference.NetworkException">A constant is of a kind that is not supported.</exception>
    public static void Fold(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        HashSet<string> outputs = [.. graph.Outputs.Select(output => output.Name)];
        var same = new Dictionary<string, string>(); // a tensor that goes, and the one that it equals
        var kept = new List<OnnxNode>();
        foreach (OnnxNode node in graph.Nodes) // in order: what a node reads has been seen
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                node.Inputs[i] = same.GetValueOrDefault(node.Inputs[i], node.Inputs[i]);
            }

            if (node.Is("Constant"))
            {
                graph.Put(Value(graph, node).Renamed(node.Outputs[0]));
            }
            else if ((node.Is("Identity") || node.Is("Dropout")) && !node.Outputs.Any(outputs.Contains))
            {
                same[node.Outputs[0]] = node.Inputs[0];
            }
            else
            {
                kept.Add(node);
            }
        }

        graph.Nodes = kept;
    }

    private static OnnxTensor Value(OnnxGraph graph, OnnxNode node)
    {
        foreach (OnnxAttribute attribute in node.Attributes)
        {
            switch (attribute.Name)
            {
                case "value" when attribute.Tensor is { } tensor: return tensor;
                case "value_float": return OnnxTensor.Scalar("", attribute.Float);
                case "value_floats": return OnnxTensor.Of("", [attribute.Floats.Count], attribute.Floats.ToArray().AsSpan());
                case "value_int": return OnnxTensor.Of("", [], new long[] { attribute.Int }.AsSpan());
                case "value_ints": return OnnxTensor.Of("", [attribute.Ints.Count], attribute.Ints.ToArray().AsSpan());
            }
        }

        throw graph.Fault(node.Place, "its value is of a kind that is not supported (supported are dense tensors, numbers and lists of numbers)");
    }
}
