using System.Collections.Immutable;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Anatomy;

/// <summary>A network taken apart at one input size: layers, stages, costs and receptive fields.</summary>
public sealed record NetworkAnatomy
{
    /// <summary>Height that it was counted at.</summary>
    public required int HeightPx { get; init; }

    /// <summary>Width that it was counted at.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Every operator in order; those that only move or bend values too.</summary>
    public required ImmutableArray<Layer> Layers { get; init; }

    /// <summary>The parts in order.</summary>
    public required ImmutableArray<StageSummary> Stages { get; init; }

    /// <summary>All together.</summary>
    public required LayerCost Total { get; init; }

    /// <summary>Takes a network apart.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="exits">Its exits, shallowest first; those of <see cref="StageSplit.ExitsOf"/> where there is no manifest.</param>
    /// <param name="heightPx">Input height.</param>
    /// <param name="widthPx">Input width.</param>
    /// <exception cref="Inference.NetworkException">An operator is not supported, or the size is not possible.</exception>
    public static NetworkAnatomy Of(OnnxGraph graph, IReadOnlyList<StageExit> exits, int heightPx, int widthPx)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(exits);
        IReadOnlyDictionary<string, TensorShape> shapes = ShapeInference.ForPictures(graph, 1, heightPx, widthPx);
        IReadOnlyDictionary<string, ReceptiveField> fields = ReceptiveFields.Of(graph, shapes);
        (IReadOnlyList<string> names, IReadOnlyDictionary<OnnxNode, int> partOf) = StageSplit.Of(graph, exits);
        var links = new GraphLinks(graph);
        ImmutableArray<Layer> layers =
        [
            .. graph.Nodes.Where(partOf.ContainsKey).Select(node => new Layer(
                node.Name.Length > 0 ? node.Name : node.Outputs[0], LayerKind.Of(node, shapes), partOf[node], shapes[node.Outputs[0]],
                LayerCost.Of(graph, node, shapes, links), fields.TryGetValue(node.Outputs[0], out ReceptiveField field) ? field : null)),
        ];
        return new NetworkAnatomy
        {
            HeightPx = heightPx, WidthPx = widthPx, Layers = layers, Total = Sum(layers),
            Stages = [.. names.Select((name, i) => Summary(name, i, exits.FirstOrDefault(exit => exit.Name == name), layers, fields, NodesNeeded(graph, layers, exits, name)))],
        };
    }

    private static StageSummary Summary(
        string name, int index, StageExit? exit, ImmutableArray<Layer> layers, IReadOnlyDictionary<string, ReceptiveField> fields, LayerCost upToHere)
    {
        Layer[] own = [.. layers.Where(layer => layer.Stage == index)];
        ReceptiveField? field = exit is null
            ? own.LastOrDefault(layer => layer.Field is not null)?.Field
            : exit.Outputs.All(fields.ContainsKey) ? Widest(exit.Outputs.Select(output => fields[output])) : null;
        return new StageSummary(name, exit?.Outputs ?? [], own.Count(layer => IsConvolution(layer.Kind)), Sum(own), exit is null ? Sum(own) : upToHere, field);
    }

    private static bool IsConvolution(string kind) => kind.Contains("conv", StringComparison.Ordinal) || kind.Contains("depthwise", StringComparison.Ordinal);

    private static ReceptiveField Widest(IEnumerable<ReceptiveField> fields) => fields.MaxBy(field => field.Vertical.SizePx);

    /// <summary>What must run for one exit: every layer in the file that its outputs are made from, whatever part it is counted in.</summary>
    private static LayerCost NodesNeeded(OnnxGraph graph, ImmutableArray<Layer> layers, IReadOnlyList<StageExit> exits, string name)
    {
        if (exits.FirstOrDefault(exit => exit.Name == name) is not { } exit)
        {
            return default;
        }

        HashSet<string> needed = graph.NeededBy(exit.Outputs);
        HashSet<string> names = [.. graph.Nodes.Where(node => node.Outputs.Any(needed.Contains)).Select(node => node.Name.Length > 0 ? node.Name : node.Outputs[0])];
        return Sum(layers.Where(layer => names.Contains(layer.Name)));
    }

    private static LayerCost Sum(IEnumerable<Layer> layers) => layers.Aggregate(default(LayerCost), (sum, layer) => sum + layer.Cost);
}
