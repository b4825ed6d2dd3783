namespace EdgePose.Compression.Graphs;

/// <summary>Constant nodes become initializers, so that every tool meets one kind of constant.</summary>
public static class GraphConstants
{
    /// <summary>Folds Constant nodes, Identity of a constant, and drops Identity and Dropout in between; the outputs' names stay.</summary>
    /// <exception cref="Inference.NetworkException">A constant is of a kind that is not supported.</exception>
    public static void Fold(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        HashSet<string> outputs = [.. graph.Outputs.Select(output => output.Name)];
        foreach (OnnxNode node in graph.Nodes.ToList())
        {
            if (node.Is("Constant"))
            {
                graph.Put(Value(graph, node).Renamed(node.Outputs[0]));
                graph.Nodes.Remove(node);
            }
            else if ((node.Is("Identity") || node.Is("Dropout")) && !node.Outputs.Any(outputs.Contains))
            {
                graph.Redirect(node.Outputs[0], node.Inputs[0]);
                graph.Nodes.Remove(node);
            }
        }
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
