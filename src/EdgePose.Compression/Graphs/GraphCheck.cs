using EdgePose.Inference;

namespace EdgePose.Compression.Graphs;

/// <summary>
/// Checks every graph before a tool uses it. Names are unique, every tensor that is read is made, and there is no cycle. Constants fill their shapes, and no node holds a graph. Linear in
/// the size of the file, and allocates nothing by a size that the file states.
/// </summary>
internal static class GraphCheck
{
    /// <summary>The largest network of the family has 182 nodes, some 1,500 when it is quantised; a file with more than this is none.</summary>
    private const int MaxNodes = 5_000;

    /// <exception cref="NetworkException">The first fault.</exception>
    public static void Run(OnnxGraph graph)
    {
        if (graph.Nodes.Count > MaxNodes)
        {
            throw graph.Fault("graph", $"it has {graph.Nodes.Count:N0} nodes, but at most {MaxNodes:N0} are accepted; this is no network of the family");
        }

        if (graph.HoldsSparse)
        {
            throw graph.Fault("graph", "it holds sparse constants, which are not supported; export it with dense ones");
        }

        if (graph.DoubleInitializers.Count > 0)
        {
            throw graph.Fault($"constant '{graph.DoubleInitializers[0]}'", "two have this name; export the network again");
        }

        if (graph.Outputs.Count == 0)
        {
            throw graph.Fault("graph", "it has no output; export the network again");
        }

        foreach (OnnxTensor tensor in graph.Initializers.Values)
        {
            CheckTensor(graph, $"constant '{tensor.Name}'", tensor);
        }

        CheckValues(graph);
        CheckNames(graph);
        graph.Sort();
    }

    private static void CheckValues(OnnxGraph graph)
    {
        foreach (OnnxValue value in graph.Inputs.Concat(graph.Outputs))
        {
            foreach (OnnxDimension dimension in value.Dimensions ?? [])
            {
                // -1 and 0 are old exporters' way of saying "free".
                if (dimension.Size is < -1 or > 1 << 20)
                {
                    throw graph.Fault($"'{value.Name}'", $"a dimension of {dimension.Size} is absurd; export the network again");
                }
            }
        }
    }

    private static void CheckNames(OnnxGraph graph)
    {
        var known = new HashSet<string>(graph.Initializers.Keys);
        foreach (OnnxValue input in graph.Inputs)
        {
            Add(graph, known, input.Name, "input");
        }

        foreach (OnnxNode node in graph.Nodes)
        {
            foreach (OnnxAttribute attribute in node.Attributes)
            {
                if (attribute.HoldsGraph)
                {
                    throw graph.Fault(node.Place, "it holds a graph of its own (If, Loop or Scan), which is not supported; export the network without control flow");
                }

                if (attribute.Tensor is { } tensor)
                {
                    CheckTensor(graph, $"{node.Place}, attribute '{attribute.Name}'", tensor);
                }
            }

            if (node.Outputs.Count == 0 || node.Outputs[0].Length == 0)
            {
                throw graph.Fault(node.Place, "it makes nothing; the file is damaged: export the network again");
            }

            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                Add(graph, known, output, node.Place);
            }
        }

        foreach (OnnxNode node in graph.Nodes)
        {
            if (node.Inputs.FirstOrDefault(input => input.Length > 0 && !known.Contains(input)) is { } missing)
            {
                throw graph.Fault(node.Place, $"it reads '{missing}', which nothing makes; the file is damaged: export the network again");
            }
        }

        if (graph.Outputs.FirstOrDefault(output => !known.Contains(output.Name)) is { } lost)
        {
            throw graph.Fault($"output '{lost.Name}'", "nothing makes it; the file is damaged: export the network again");
        }

        if (graph.Outputs.GroupBy(output => output.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw graph.Fault($"output '{twice.Key}'", "two have this name; export the network again");
        }
    }

    private static void Add(OnnxGraph graph, HashSet<string> known, string name, string place)
    {
        if (!known.Add(name))
        {
            throw graph.Fault(place, $"a second tensor is called '{name}'; names must be unique: export the network again");
        }
    }

    private static void CheckTensor(OnnxGraph graph, string place, OnnxTensor tensor)
    {
        if (tensor.Fault() is { } fault)
        {
            throw graph.Fault(place, $"{fault}; the file is damaged: export the network again");
        }
    }
}
