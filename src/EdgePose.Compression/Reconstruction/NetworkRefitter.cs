using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Reconstruction;

/// <summary>
/// Refits every convolution of a changed network, first to last, to what the original computes on the calibration pictures. A convolution is fitted to the original's tensor of the same
/// name. A convolution whose tensor the original lacks (the first factor of a factorised layer) runs as it is.
/// </summary>
public static class NetworkRefitter
{
    /// <summary>Refits in place.</summary>
    /// <param name="original">What is to be reached.</param>
    /// <param name="changed">The network whose weights are refitted.</param>
    /// <param name="pictures">What both are run on.</param>
    /// <param name="kept">For a tensor of the changed network, which channels of the original it has; null for all.</param>
    /// <param name="onLayer">Receives each convolution.</param>
    /// <param name="stop">Ends it between two layers.</param>
    /// <returns>What became of each convolution, in order.</returns>
    /// <exception cref="Inference.NetworkException">The runtime refuses an operator.</exception>
    public static IReadOnlyList<LayerFit> Refit(
        OnnxModel original, OnnxModel changed, CalibrationPictures pictures, Func<string, int[]?>? kept = null, Action<LayerFit>? onLayer = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(pictures);
        HashSet<string> made = [.. original.Graph.Nodes.SelectMany(node => node.Outputs)];
        string[] wanted = [.. changed.Graph.Nodes.Where(node => IsFitted(changed.Graph, node) && made.Contains(node.Outputs[0])).Select(node => node.Outputs[0])];
        var left = new LayerStepper(original, pictures, wanted);
        var right = new LayerStepper(changed, pictures, []);
        using var product = new MatrixProduct();
        var fit = new ConvolutionFit(product);
        var fits = new List<LayerFit>();
        while (right.Next is { } node && fits.Count < wanted.Length)
        {
            stop.ThrowIfCancellationRequested();
            string output = node.Outputs[0];
            if (wanted.Contains(output))
            {
                left.RunUntil(output);
                RunOutput[] target = left[output];
                int[] channels = kept?.Invoke(output) ?? [.. Enumerable.Range(0, (int)target[0].Sizes[1])];
                fits.Add(fit.Fit(changed.Graph, node, right[node.Inputs[0]], right.Try(), target, channels));
                left.Release(output);
                onLayer?.Invoke(fits[^1]);
            }

            right.Step();
        }

        return fits;
    }

    private static bool IsFitted(OnnxGraph graph, OnnxNode node) =>
        node.Is("Conv") && graph.Initializers.TryGetValue(node.Inputs[1], out OnnxTensor? weights) && weights.Type == ElementType.Float;
}
