using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Folding;

/// <summary>What became of a network's normalisation of its input.</summary>
public enum InputFolding
{
    /// <summary>There was none to fold.</summary>
    None,

    /// <summary>All of it went into the first convolutions.</summary>
    Whole,

    /// <summary>Its factor went into the first convolutions; the subtraction stays.</summary>
    FactorOnly,
}

/// <summary>
/// Folds the normalisation y = a x + b of the input into the convolutions that read it.
/// </summary>
/// <remarks>
/// The factor folds exactly: padding with 0 stays padding with 0. The offset does not by itself. A convolution pads the normalised picture with 0, which is the raw value -b/a (mid-grey,
/// 128, in this family). A convolution cannot pad with that value. An explicit Pad with it, before a convolution without padding, is exact at the border too. This needs one value for all
/// channels; otherwise the offset stays. A convolution without padding needs none of this.
/// </remarks>
public static class InputNormalisation
{
    /// <summary>Folds what can be folded exactly.</summary>
    /// <param name="graph">The network, which is edited.</param>
    /// <param name="padExplicitly">Whether an explicit Pad may be put in; without, only the factor folds where the stem pads.</param>
    /// <exception cref="Inference.NetworkException">The network has no single input of maps.</exception>
    public static InputFolding Fold(OnnxGraph graph, bool padExplicitly)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs is not [{ } input])
        {
            throw graph.Fault("inputs", "one input is wanted, of which the normalisation can be folded");
        }

        var links = new GraphLinks(graph);
        ChannelAffine affine = ChannelAffine.Identity(3);
        var chain = new List<OnnxNode>();
        string end = input.Name;
        while (links.OnlyReader(end) is { } node && ChannelAffine.Of(graph, node, 3) is { } step)
        {
            affine = affine.Then(step);
            chain.Add(node);
            end = node.Outputs[0];
        }

        OnnxNode[] stems = [.. links.Readers(end)];
        if (chain.Count == 0 || links.IsOutput(end) || stems.Length == 0 || !stems.All(stem => CanTake(graph, stem, end)) || affine.Scale.Contains(0))
        {
            return InputFolding.None;
        }

        double[] grey = [.. affine.Offset.Zip(affine.Scale, (b, a) => -b / a)];
        bool pads = stems.Any(Pads);
        // Equal but for the rounding of the constants in the file: a hundred-thousandth of a grey level changes no map visibly.
        bool oneGrey = grey.Max() - grey.Min() < 1e-4;
        bool whole = !pads || (padExplicitly && oneGrey && stems.All(stem => stem.Text("auto_pad", "NOTSET") == "NOTSET"));
        if (!whole && affine.Scale.All(a => a == 1))
        {
            return InputFolding.None;
        }

        foreach (OnnxNode node in chain)
        {
            graph.Nodes.Remove(node);
        }

        string source = input.Name;
        if (!whole)
        {
            source = graph.NewName("input/centred");
            string constant = graph.Put(OnnxTensor.Of(graph.NewName("input/grey"), [1, 3, 1, 1], Array.ConvertAll(grey, value => (float)value).AsSpan()));
            graph.Nodes.Insert(0, OnnxNode.Of("Sub", source, [input.Name, constant], source));
        }

        foreach (OnnxNode stem in stems)
        {
            stem.Inputs[0] = source;
            Take(graph, stem, affine, whole, (float)grey.Average());
        }

        graph.Sort();
        graph.RemoveDead();
        return whole ? InputFolding.Whole : InputFolding.FactorOnly;
    }

    private static bool CanTake(OnnxGraph graph, OnnxNode stem, string maps) =>
        stem.Is("Conv") && stem.Inputs[0] == maps && stem.Int("group", 1) == 1 && graph.Initializers.TryGetValue(stem.Inputs[1], out OnnxTensor? weights) && weights.Type.IsReal()
        && weights.Sizes is [_, 3, _, _] && (stem.Input(2).Length == 0 || graph.Initializers.ContainsKey(stem.Inputs[2]));

    private static bool Pads(OnnxNode stem) => stem.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID") || (stem.Ints("pads")?.Any(pad => pad != 0) ?? false);

    private static void Take(OnnxGraph graph, OnnxNode stem, ChannelAffine affine, bool whole, float grey)
    {
        OnnxTensor weights = graph.Initializers[stem.Inputs[1]];
        float[] values = weights.ToFloats();
        int outputs = (int)weights.Sizes[0], taps = (int)(weights.Sizes[2] * weights.Sizes[3]);
        float[] bias = stem.Input(2).Length > 0 ? graph.Initializers[stem.Inputs[2]].ToFloats() : new float[outputs];
        for (int o = 0; o < outputs; o++)
        {
            double shift = 0;
            for (int c = 0; c < 3; c++)
            {
                foreach (ref float value in values.AsSpan(((o * 3) + c) * taps, taps))
                {
                    shift += value * affine.Offset[c];
                    value = (float)(value * affine.Scale[c]);
                }
            }

            bias[o] += whole ? (float)shift : 0;
        }

        ConvolutionFolder.Use(graph, stem, OnnxTensor.Of(weights.Name, weights.Sizes.AsSpan(), values.AsSpan()), bias);
        if (whole && stem.Ints("pads") is { } pads && pads.Any(pad => pad != 0))
        {
            PadBefore(graph, stem, [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]], grey);
            stem.Set(OnnxAttribute.Of("pads", 0, 0, 0, 0));
        }
    }

    private static void PadBefore(OnnxGraph graph, OnnxNode stem, long[] pads, float grey)
    {
        string padded = graph.NewName("input/padded");
        string sizes = graph.Put(OnnxTensor.Of(graph.NewName("input/pads"), [8], pads.AsSpan()));
        string value = graph.Put(OnnxTensor.Scalar(graph.NewName("input/grey"), grey));
        graph.Replace(stem, OnnxNode.Of("Pad", padded, [stem.Inputs[0], sizes, value], padded), stem);
        stem.Inputs[0] = padded;
    }
}
