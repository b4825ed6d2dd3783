using System.IO.Enumeration;
using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Reconstruction;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;
using MathNet.Numerics.LinearAlgebra;

namespace EdgePose.Compression.Factorisation;

/// <summary>What factorising made.</summary>
/// <param name="Model">The factorised network.</param>
/// <param name="Layers">The convolutions that were replaced.</param>
/// <param name="Fits">What became of each convolution; empty without calibration pictures.</param>
public sealed record FactoriseResult(OnnxModel Model, IReadOnlyList<FactorisedLayer> Layers, IReadOnlyList<LayerFit> Fits);

/// <summary>
/// Replaces convolutions by several cheaper ones, from the singular values of their trained weights, and refits what follows to what the original computes.
/// </summary>
public static class LayerFactoriser
{
    /// <summary>Factorises a copy of a network.</summary>
    /// <param name="model">The network; left as it is.</param>
    /// <param name="options">Which layers, how, and how far.</param>
    /// <param name="pictures">What layers are fitted to, or null to take the weights' own factors as they are.</param>
    /// <param name="onLayer">Receives each layer that was refitted.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="NetworkException">No layer fits or would become cheaper, the network is quantised, or an operator is not supported.</exception>
    public static FactoriseResult Factorise(
        OnnxModel model, FactoriseOptions options, CalibrationPictures? pictures = null, Action<LayerFit>? onLayer = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OnnxModel changed = model.Copy();
        OnnxGraph graph = changed.Graph;
        (int height, int width) = pictures is null ? ShapeInference.SizeFor(graph, 256, 256) : (pictures.HeightPx, pictures.WidthPx);
        _ = ShapeInference.ForPictures(graph, 1, height, width); // refuses what is not supported, before anything is changed
        IReadOnlyList<OnnxNode> wanted = Wanted(graph, options);
        IReadOnlyDictionary<string, Matrix<double>> covariances = options.Method == FactorMethod.LowRank && pictures is not null
            ? OutputCovariance.Of(model, [.. wanted.Select(node => node.Outputs[0])], pictures, stop)
            : new Dictionary<string, Matrix<double>>();
        var replaced = new List<FactorisedLayer>();
        foreach (OnnxNode node in wanted)
        {
            stop.ThrowIfCancellationRequested();
            Kernel kernel = Kernel.Of(graph.Initializers[node.Inputs[1]]);
            Factors factors = Of(kernel, options, covariances.GetValueOrDefault(node.Outputs[0]));
            if (options.EvenIfDearer || FactorWriter.MacsACell(node, factors) < kernel.Values.Length)
            {
                FactorWriter.Replace(graph, node, factors);
                replaced.Add(new FactorisedLayer(
                    NameOf(node), $"{kernel.Name} to {string.Join(", ", factors.Parts.Select(part => part.Name))}", kernel.Values.Length,
                    factors.Parts.Sum(part => (long)part.Weights.Length), factors.Missed));
            }
        }

        if (replaced.Count == 0)
        {
            throw graph.Fault("network", $"none of {wanted.Count} convolutions that {options.Method} suits would become cheaper; ask for a lower --rank or --energy");
        }

        graph.RemoveDead();
        return new FactoriseResult(changed, replaced, pictures is null ? [] : NetworkRefitter.Refit(model, changed, pictures, null, onLayer, stop));
    }

    private static Factors Of(Kernel kernel, FactoriseOptions options, Matrix<double>? outputs) => options.Method switch
    {
        FactorMethod.Separable => FactorMethods.Separable(kernel, options),
        FactorMethod.Tucker => FactorMethods.Tucker(kernel, options),
        FactorMethod.Depthwise => FactorMethods.Depthwise(kernel, options),
        FactorMethod.LowRank => FactorMethods.LowRank(kernel, options, outputs),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Unknown method of factorisation."),
    };

    private static OnnxNode[] Wanted(OnnxGraph graph, FactoriseOptions options)
    {
        if (graph.Nodes.FirstOrDefault(node => node.Operator is "QuantizeLinear" or "DequantizeLinear") is { } quantised)
        {
            throw graph.Fault(quantised.Place, "the network is quantised already; factorise the unquantised one and quantise the result");
        }

        var links = new GraphLinks(graph);
        foreach (string pattern in options.Layers.Where(pattern => !graph.Nodes.Any(node => node.Is("Conv") && Matches(pattern, node))))
        {
            throw graph.Fault($"--layers {pattern}", $"no convolution has this name; there are {string.Join(", ", graph.Nodes.Where(node => node.Is("Conv")).Select(NameOf))}");
        }

        OnnxNode[] wanted =
        [
            .. graph.Nodes.Where(node => node.Is("Conv") && Suits(graph, node, options)
                && (options.Layers.Count > 0 ? options.Layers.Any(pattern => Matches(pattern, node)) : !LayerRole.IsStem(graph, links, node) && !LayerRole.MakesOutput(links, node))),
        ];
        return wanted.Length > 0
            ? wanted
            : throw graph.Fault("network", $"no convolution of the kind that {options.Method} takes apart was asked for: {(options.Method == FactorMethod.LowRank ? "dense, with 32-bit weights" : "dense, 3x3 or larger, with 32-bit weights")} and explicit padding");
    }

    private static bool Suits(OnnxGraph graph, OnnxNode node, FactoriseOptions options) =>
        node.Int("group", 1) == 1 && node.Text("auto_pad", "NOTSET") is "NOTSET" && graph.Initializers.TryGetValue(node.Inputs[1], out OnnxTensor? weights)
        && weights.Type == ElementType.Float && (options.Method == FactorMethod.LowRank || (weights.Sizes[2] > 1 && weights.Sizes[3] > 1))
        && (options.Kernel is not { } kernel || (weights.Sizes[2] == kernel && weights.Sizes[3] == kernel));

    private static bool Matches(string pattern, OnnxNode node) => FileSystemName.MatchesSimpleExpression(pattern, NameOf(node), ignoreCase: false);

    private static string NameOf(OnnxNode node) => node.Name.Length > 0 ? node.Name : node.Outputs[0];
}
