using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Pruning;

/// <summary>
/// How much a channel matters. It is the mean size of its values on the calibration pictures, times the norm of the weights that read it, summed over all readers. A channel that is never
/// active, or that nobody weighs, can go. Source: the training kit's prune.py; close to
/// Molchanov et al. 2017 (mean activation) with the reading weights as in Li et al. 2017.
/// </summary>
internal static class ChannelImportance
{
    /// <summary>Importance of each set of channels; 0 for one that no dense convolution reads.</summary>
    /// <param name="model">The network.</param>
    /// <param name="ties">Its channels.</param>
    /// <param name="pictures">What it is measured on.</param>
    /// <param name="count">Number of sets.</param>
    /// <param name="stop">Ends it between two pictures.</param>
    public static double[] Of(OnnxModel model, ChannelTies ties, CalibrationPictures pictures, int count, CancellationToken stop)
    {
        OnnxNode[] readers = [.. model.Graph.Nodes.Where(PrunedConvolution.IsDense)];
        string[] watched = [.. readers.Select(node => node.Inputs[0]).Where(tensor => model.Graph.Inputs.All(input => input.Name != tensor)).Distinct()];
        Dictionary<string, double[]> sizes = watched.ToDictionary(tensor => tensor, tensor => new double[ties.SetsOf(tensor).Length]);
        using (var runner = new GraphRunner(GraphRunner.Watching(model, watched)))
        {
            for (int i = 0; i < pictures.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                foreach ((string tensor, RunOutput maps) in runner.Run(pictures[i], pictures.Sizes, watched))
                {
                    AddMeanSizes(maps, sizes[tensor]);
                }
            }
        }

        var importance = new double[count];
        foreach (OnnxNode reader in readers.Where(reader => sizes.ContainsKey(reader.Inputs[0])))
        {
            double[] size = sizes[reader.Inputs[0]], norms = ReadingNorms(model.Graph, reader);
            int[] sets = ties.SetsOf(reader.Inputs[0]);
            for (int c = 0; c < sets.Length; c++)
            {
                importance[sets[c]] += size[c] / pictures.Count * norms[c];
            }
        }

        return importance;
    }

    private static void AddMeanSizes(RunOutput maps, double[] sizes)
    {
        int plane = maps.Values.Length / sizes.Length;
        for (int c = 0; c < sizes.Length; c++)
        {
            double sum = 0;
            foreach (float value in maps.Values.AsSpan(c * plane, plane))
            {
                sum += Math.Abs(value);
            }

            sizes[c] += sum / plane;
        }
    }

    /// <summary>Norm of the weights that read each input channel.</summary>
    private static double[] ReadingNorms(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor tensor = graph.Initializers[node.Inputs[1]];
        float[] weights = tensor.ToFloats();
        int inputs = (int)tensor.Sizes[1], kernel = (int)(tensor.Sizes[2] * tensor.Sizes[3]);
        var squares = new double[inputs];
        for (int i = 0; i < weights.Length; i++)
        {
            squares[i / kernel % inputs] += (double)weights[i] * weights[i];
        }

        return Array.ConvertAll(squares, Math.Sqrt);
    }
}
