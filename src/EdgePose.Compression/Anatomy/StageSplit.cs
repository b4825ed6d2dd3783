using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Anatomy;

/// <summary>An exit's name and the outputs that belong to it.</summary>
/// <param name="Name">As the manifest calls it.</param>
/// <param name="Outputs">Heatmaps, and PAFs where it has them.</param>
public sealed record StageExit(string Name, IReadOnlyList<string> Outputs);

/// <summary>
/// Divides a network into the parts that its paper draws. A node belongs to the first exit that needs it; of the first exit's nodes, those that later
/// stages read from past its outputs are the shared features.
/// </summary>
public static class StageSplit
{
    /// <summary>Name of the part that all stages share.</summary>
    public const string Features = "features";

    /// <summary>OpenPose's six stages of two branches have 12.</summary>
    private const int MaxOutputs = 64;

    /// <summary>The exits of a network that has no manifest: an output belongs to the stage after those whose outputs it is made from.</summary>
    public static IReadOnlyList<StageExit> ExitsOf(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string[] outputs = [.. graph.Outputs.Select(output => output.Name)];
        if (outputs.Length > MaxOutputs)
        {
            throw graph.Fault("outputs", $"there are {outputs.Length}, more than {MaxOutputs}; name the exits in a manifest");
        }

        Dictionary<string, HashSet<string>> needs = outputs.ToDictionary(output => output, output => graph.NeededBy([output]));
        var depth = new Dictionary<string, int>();
        // An output needs more than any output that it is made from: in this order, those come first.
        foreach (string output in outputs.OrderBy(output => needs[output].Count))
        {
            depth[output] = depth.Where(other => needs[output].Contains(other.Key)).Select(other => other.Value + 1).DefaultIfEmpty(0).Max();
        }

        return [.. outputs.GroupBy(output => depth[output]).OrderBy(group => group.Key).Select(group => new StageExit($"stage {group.Key + 1}", [.. group]))];
    }

    /// <summary>Names of the parts, and for each node the index of its part.</summary>
    public static (IReadOnlyList<string> Names, IReadOnlyDictionary<OnnxNode, int> PartOf) Of(OnnxGraph graph, IReadOnlyList<StageExit> exits)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(exits);
        var stage = new Dictionary<OnnxNode, int>();
        for (int i = exits.Count - 1; i >= 0; i--)
        {
            HashSet<string> needed = graph.NeededBy(exits.Take(i + 1).SelectMany(exit => exit.Outputs));
            foreach (OnnxNode node in graph.Nodes.Where(node => node.Outputs.Any(needed.Contains)))
            {
                stage[node] = i;
            }
        }

        HashSet<string> shared = graph.NeededBy(
            graph.Nodes.Where(node => stage.GetValueOrDefault(node) > 0).SelectMany(node => node.Inputs).Except(exits.SelectMany(exit => exit.Outputs))
                .Intersect(graph.Nodes.Where(node => stage.TryGetValue(node, out int at) && at == 0).SelectMany(node => node.Outputs)));
        bool hasFeatures = exits.Count > 1 && graph.Nodes.Any(node => node.Operator == "Conv" && shared.Contains(node.Outputs[0]));
        return hasFeatures
            ? ([Features, .. exits.Select(exit => exit.Name)], stage.ToDictionary(pair => pair.Key, pair => shared.Contains(pair.Key.Outputs[0]) ? 0 : pair.Value + 1))
            : ([.. exits.Select(exit => exit.Name)], stage);
    }
}
