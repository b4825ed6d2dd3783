using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Folding;

/// <summary>
/// Folds what follows a convolution and works on whole channels (batch normalisation, a bias written as an addition, a constant factor) into its weights and
/// bias. Exact but for rounding: the sum that the convolution makes is scaled and shifted either way.
/// </summary>
public static class ConvolutionFolder
{
    /// <summary>Folds all that can be, and says how many operators went.</summary>
    public static int FoldFollowers(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        int folded = 0;
        foreach (OnnxNode convolution in graph.Nodes.Where(node => node.Is("Conv")).ToList())
        {
            while (FoldOne(graph, convolution))
            {
                folded++;
            }
        }

        graph.RemoveDead();
        return folded;
    }

    private static bool FoldOne(OnnxGraph graph, OnnxNode convolution)
    {
        // Someone else who reads the convolution's own sum needs it as it is.
        if (!graph.Initializers.TryGetValue(convolution.Inputs[1], out OnnxTensor? weights) || !weights.Type.IsReal()
            || new GraphLinks(graph).OnlyReader(convolution.Outputs[0]) is not { } next
            || ChannelAffine.Of(graph, next, (int)weights.Sizes[0]) is not { } affine
            || (convolution.Input(2).Length > 0 && !graph.Initializers.ContainsKey(convolution.Inputs[2])))
        {
            return false;
        }

        Scale(graph, convolution, weights, affine);
        convolution.Outputs[0] = next.Outputs[0];
        graph.Nodes.Remove(next);
        return true;
    }

    private static void Scale(OnnxGraph graph, OnnxNode convolution, OnnxTensor weights, ChannelAffine affine)
    {
        float[] values = weights.ToFloats();
        int channels = affine.Scale.Length, each = values.Length / channels;
        float[]? old = convolution.Input(2).Length > 0 ? graph.Initializers[convolution.Inputs[2]].ToFloats() : null;
        var bias = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            bias[c] = (float)((affine.Scale[c] * (old?[c] ?? 0)) + affine.Offset[c]);
            for (int i = c * each; i < (c + 1) * each; i++)
            {
                values[i] = (float)(values[i] * affine.Scale[c]);
            }
        }

        Use(graph, convolution, OnnxTensor.Of(weights.Name, weights.Sizes.AsSpan(), values.AsSpan()), bias);
    }

    /// <summary>Gives a convolution new weights and a bias, under new names: others may share the old ones.</summary>
    internal static void Use(OnnxGraph graph, OnnxNode convolution, OnnxTensor weights, float[] bias)
    {
        string old = convolution.Inputs[1], oldBias = convolution.Input(2);
        convolution.Inputs[1] = graph.Put(weights.Renamed(Fresh(graph, old)));
        string name = graph.Put(OnnxTensor.Of(oldBias.Length > 0 ? Fresh(graph, oldBias) : graph.NewName(old + "_bias"), [bias.Length], bias.AsSpan()));
        if (convolution.Inputs.Count > 2)
        {
            convolution.Inputs[2] = name;
        }
        else
        {
            convolution.Inputs.Add(name);
        }
    }

    /// <summary>The same name where only this convolution reads it, else a new one.</summary>
    private static string Fresh(OnnxGraph graph, string name) => graph.Nodes.Count(node => node.Inputs.Contains(name)) > 1 ? graph.NewName(name + "_folded") : name;
}
