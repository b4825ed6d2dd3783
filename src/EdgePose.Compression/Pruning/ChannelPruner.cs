using System.Globalization;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Reconstruction;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;

namespace EdgePose.Compression.Pruning;

/// <summary>What pruning made.</summary>
/// <param name="Model">The pruned network.</param>
/// <param name="Widths">Every width that could be chosen.</param>
/// <param name="Fits">What became of each convolution; empty without refitting.</param>
/// <param name="Macs">Share of the MACs that stayed.</param>
/// <param name="Time">Share of the time that stayed on this machine; null without a budget of time.</param>
public sealed record PruneResult(OnnxModel Model, IReadOnlyList<PrunedWidth> Widths, IReadOnlyList<LayerFit> Fits, double Macs, double? Time);

/// <summary>
/// Structured pruning: whole channels go, so that what is left is an ordinary, narrower network. Importance is measured on calibration pictures, dependent channels go
/// together, one budget holds for the whole network, and every layer is then refitted to what the original computes. Output layers keep all their channels.
/// </summary>
public static class ChannelPruner
{
    /// <summary>Prunes a copy of a network.</summary>
    /// <param name="model">The network; left as it is.</param>
    /// <param name="pictures">What importance is measured on, and layers are fitted to.</param>
    /// <param name="options">How much is pruned.</param>
    /// <param name="onLayer">Receives each layer that was refitted.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="NetworkException">The budget cannot be met, the network is quantised, or an operator is not supported.</exception>
    public static PruneResult Prune(
        OnnxModel model, CalibrationPictures pictures, PruneOptions options, Action<LayerFit>? onLayer = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        OnnxGraph graph = model.Graph;
        IReadOnlyDictionary<string, TensorShape> shapes = ShapeInference.ForPictures(graph, 1, pictures.HeightPx, pictures.WidthPx);
        RefuseStrangeWeights(graph);
        ChannelTies ties = ChannelTies.Of(graph, shapes);
        if (ties.Groups.Count == 0)
        {
            throw graph.Fault("network", "there is no channel that could go: every convolution's output is an output of the network, or is mixed by an operator whose channels are not known");
        }

        double[] importance = ChannelImportance.Of(model, ties, pictures, ties.Count, stop);
        var budget = new WidthBudget(ties.Groups, PrunedConvolution.Of(graph, ties, shapes), importance, options.Multiple, options.MinWidth);
        double share = options.Macs;
        double least = (double)budget.Least / budget.Whole;
        if (options.Latency is { } latency)
        {
            // The least share is met by the smallest widths, so that every share from it to 1 has its network.
            double TimeAt(double macs) => TimeShare.Measure(
                model, Cutout(model, ties, shapes, budget.Choose(Math.Max(budget.Least, (long)(macs * budget.Whole)))!), pictures, stop);
            double macsForTime = LatencyBudget.Share(latency, least, TimeAt) ?? throw graph.Fault("network", string.Create(
                CultureInfo.InvariantCulture, $"even with the smallest widths it takes more than {latency:P0} of its time on this machine; ask for more, or cut stages first"));
            share = Math.Min(share, macsForTime);
        }

        bool[] kept = budget.Choose(Math.Max((long)(share * budget.Whole), share >= least ? budget.Least : 0))
            ?? throw graph.Fault("network", string.Create(
                CultureInfo.InvariantCulture,
                $"{share:P1} of its MACs cannot be reached: with widths of {options.MinWidth} there are {least:P1}; ask for more, or cut stages first"));
        OnnxModel pruned = Cutout(model, ties, shapes, kept);
        double? time = options.Latency is null ? null : TimeShare.Measure(model, pruned, pictures, stop);
        IReadOnlyList<LayerFit> fits = options.Refit
            ? NetworkRefitter.Refit(model, pruned, pictures, tensor => ChannelCutter.Kept(ties, tensor, kept), onLayer, stop)
            : [];
        return new PruneResult(
            pruned, [.. ties.Groups.Select(group => new PrunedWidth(group.Name, group.Sets.Length, group.Sets.Count(set => kept[set])))], fits,
            (double)budget.Macs(kept) / budget.Whole, time);
    }

    private static OnnxModel Cutout(OnnxModel model, ChannelTies ties, IReadOnlyDictionary<string, TensorShape> shapes, bool[] kept)
    {
        OnnxModel cut = model.Copy();
        ChannelCutter.Cut(cut.Graph, ties, shapes, kept);
        return cut;
    }

    private static void RefuseStrangeWeights(OnnxGraph graph)
    {
        foreach (OnnxNode node in graph.Nodes.Where(node => node.Is("Conv")))
        {
            if (!graph.Initializers.TryGetValue(node.Inputs[1], out OnnxTensor? weights) || weights.Type != ElementType.Float)
            {
                throw graph.Fault(node.Place, "its weights are no 32-bit constants; change the 32-bit network, and convert the result");
            }
        }
    }
}
