using EdgePose.Compression.Calibration;
using EdgePose.Compression.Folding;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation;

/// <summary>A convolution that stays in floating point, and why.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Reason">In a few words.</param>
public sealed record KeptLayer(string Layer, string Reason);

/// <summary>
/// Makes INT8 networks of one network with any set of its layers in 8 bits; what the layers hold is measured once. Post-training: no weight is trained.
/// </summary>
public sealed class NetworkQuantiser
{
    private readonly OnnxModel folded;
    private readonly QuantiseOptions options;
    private readonly IReadOnlyDictionary<string, TensorStatistics> statistics;

    /// <summary>Prepares: folds what follows convolutions into them, and measures every tensor.</summary>
    /// <param name="model">The network; left as it is.</param>
    /// <param name="pictures">What is measured on.</param>
    /// <param name="options">How it is quantised.</param>
    /// <param name="stop">Ends it between two pictures.</param>
    /// <exception cref="NetworkException">It is quantised or in 16 bits already, has no convolution to quantise, or a layer to be kept is not there.</exception>
    public NetworkQuantiser(OnnxModel model, CalibrationPictures pictures, QuantiseOptions options, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pictures);
        this.options = options;
        OnnxGraph graph = model.Graph;
        _ = ShapeInference.ForPictures(graph, 1, pictures.HeightPx, pictures.WidthPx); // refuses what is not supported, before anything runs
        if (graph.Nodes.FirstOrDefault(node => node.Operator is "QuantizeLinear" or "DequantizeLinear" or "QLinearConv") is { } quantised)
        {
            throw graph.Fault(quantised.Place, "the network is quantised already; quantise the one that it was made from");
        }

        folded = model.Copy();
        ConvolutionFolder.FoldFollowers(folded.Graph);
        OperatorSet.Raise(folded);
        IReadOnlyList<OnnxNode> candidates = QuantisationPlan.Candidates(folded.Graph);
        if (candidates.Count == 0)
        {
            throw graph.Fault("network", "it has no convolution with 32-bit constant weights; quantise a 32-bit network");
        }

        string[] names = [.. candidates.Select(NameOf)];
        if (options.Keep.FirstOrDefault(kept => !names.Contains(kept)) is { } unknown)
        {
            throw graph.Fault($"--keep {unknown}", $"there is no such convolution; there are {string.Join(", ", names)}");
        }

        var links = new GraphLinks(folded.Graph);
        Kept =
        [
            .. candidates.Select(layer => (Name: NameOf(layer), Reason: options.Keep.Contains(NameOf(layer)) ? "asked for" : options.KeepFamilys ? QuantisationPlan.ReasonToKeep(folded.Graph, links, layer) : null))
                .Where(layer => layer.Reason is not null).Select(layer => new KeptLayer(layer.Name, layer.Reason!)),
        ];
        Layers = [.. names.Except(Kept.Select(layer => layer.Layer))];
        statistics = TensorStatistics.Collect(folded, QuantisationPlan.Of(folded.Graph, candidates).Tensors.ToList(), pictures, stop);
    }

    /// <summary>Convolutions that stay in floating point in any case.</summary>
    public IReadOnlyList<KeptLayer> Kept { get; }

    /// <summary>Convolutions that can be in 8 bits, in order.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>The network with these convolutions in 8 bits, and the others in floating point.</summary>
    /// <param name="layers">Some of <see cref="Layers"/>.</param>
    public OnnxModel With(IEnumerable<string> layers)
    {
        OnnxModel quantised = folded.Copy();
        HashSet<string> wanted = [.. layers];
        QuantisationPlan plan = QuantisationPlan.Of(quantised.Graph, QuantisationPlan.Candidates(quantised.Graph).Where(layer => wanted.Contains(NameOf(layer))));
        new QuantisedGraph(quantised, options.Target).Write(plan, statistics, options);
        return quantised;
    }

    private static string NameOf(OnnxNode node) => node.Name.Length > 0 ? node.Name : node.Outputs[0];
}
