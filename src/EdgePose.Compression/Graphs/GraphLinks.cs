namespace EdgePose.Compression.Graphs;

/// <summary>The maker and the readers of each tensor: a snapshot. Make another after an edit.</summary>
public sealed class GraphLinks
{
    private readonly Dictionary<string, OnnxNode> makers = [];
    private readonly Dictionary<string, List<OnnxNode>> readers = [];
    private readonly HashSet<string> outputs;

    /// <summary>Takes the snapshot.</summary>
    public GraphLinks(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        outputs = [.. graph.Outputs.Select(output => output.Name)];
        foreach (OnnxNode node in graph.Nodes)
        {
            foreach (string output in node.Outputs)
            {
                makers[output] = node;
            }

            foreach (string input in node.Inputs.Where(input => input.Length > 0).Distinct())
            {
                if (!readers.TryGetValue(input, out List<OnnxNode>? list))
                {
                    readers[input] = list = [];
                }

                list.Add(node);
            }
        }
    }

    /// <summary>The node that makes a tensor, or null for an input or a constant.</summary>
    public OnnxNode? Maker(string tensor) => makers.GetValueOrDefault(tensor);

    /// <summary>The nodes that read a tensor, in the order of the graph, each once.</summary>
    public IReadOnlyList<OnnxNode> Readers(string tensor) => readers.TryGetValue(tensor, out List<OnnxNode>? list) ? list : [];

    /// <summary>Whether the caller of the network gets this tensor.</summary>
    public bool IsOutput(string tensor) => outputs.Contains(tensor);

    /// <summary>The one node that reads a tensor, or null where there are several, none, or where the tensor is also an output.</summary>
    public OnnxNode? OnlyReader(string tensor) => !IsOutput(tensor) && Readers(tensor) is [var only] ? only : null;
}
