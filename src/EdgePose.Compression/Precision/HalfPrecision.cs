using System.Runtime.InteropServices;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Precision;

/// <summary>What the conversion to 16 bits met.</summary>
/// <param name="Weights">Values converted.</param>
/// <param name="Vanished">Values that were not 0 and became 0.</param>
/// <param name="LargestRelativeError">Of the values that a half holds at full precision.</param>
public sealed record HalfReport(long Weights, long Vanished, double LargestRelativeError);

/// <summary>
/// Weights and arithmetic in 16-bit floating point; input and outputs stay 32-bit, so that the daemon runs the file as any other. Halves the file, and
/// doubles the speed or better where the processor has it (Tensor Cores; a Jetson). The processor's own provider widens where it has no 16-bit kernel.
/// </summary>
public static class HalfPrecision
{
    /// <summary>Converts a network in place.</summary>
    /// <exception cref="Inference.NetworkException">A weight does not fit in 16 bits, the network is quantised, or an operator is not supported.</exception>
    public static HalfReport Convert(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxGraph graph = model.Graph;
        if (graph.Nodes.FirstOrDefault(node => node.Operator is "QuantizeLinear" or "DequantizeLinear") is { } quantised)
        {
            throw graph.Fault(quantised.Place, "the network is quantised already; make 16 bits from the unquantised one");
        }

        // Shapes are inferred only to refuse, before anything is changed, what the tools do not know.
        (int height, int width) = ShapeInference.SizeFor(graph, 256, 256);
        _ = ShapeInference.ForPictures(graph, 1, height, width);
        HalfReport report = ConvertConstants(graph);
        foreach (OnnxNode cast in graph.Nodes.Where(node => node.Is("Cast") && node.Int("to", 0) == (long)ElementType.Float))
        {
            cast.Set(OnnxAttribute.Of("to", (long)ElementType.Float16));
        }

        CastInputs(graph);
        CastOutputs(graph);
        graph.Between.Clear();
        graph.Sort();
        return report;
    }

    private static HalfReport ConvertConstants(OnnxGraph graph)
    {
        // The scales of a Resize are 32-bit whatever the maps are: ONNX says so.
        HashSet<string> kept = [.. graph.Nodes.Where(node => node.Operator is "Resize" or "Upsample").SelectMany(node => node.Inputs.Skip(1))];
        long weights = 0, vanished = 0;
        double largest = 0;
        foreach (OnnxTensor tensor in graph.Initializers.Values.Where(tensor => tensor.Type == ElementType.Float && !kept.Contains(tensor.Name)).ToList())
        {
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(tensor.Raw.Span);
            var halves = new Half[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                halves[i] = (Half)values[i];
                if (Half.IsInfinity(halves[i]) || float.IsNaN(values[i]))
                {
                    throw graph.Fault($"constant '{tensor.Name}'", $"the value {values[i]} does not fit in 16 bits (at most 65,504); fold the network first, or keep it in 32 bits");
                }

                vanished += halves[i] == Half.Zero && values[i] != 0 ? 1 : 0;
                if (Math.Abs(values[i]) >= 6.2e-5f) // the smallest half of full precision
                {
                    largest = Math.Max(largest, Math.Abs(((double)halves[i] - values[i]) / values[i]));
                }
            }

            weights += values.Length;
            graph.Put(OnnxTensor.Of(tensor.Name, tensor.Sizes.AsSpan(), halves.AsSpan()));
        }

        return new HalfReport(weights, vanished, largest);
    }

    private static void CastInputs(OnnxGraph graph)
    {
        foreach (OnnxValue input in graph.Inputs.Where(input => input.Type == ElementType.Float).ToList())
        {
            string half = graph.NewName(input.Name + "_half");
            graph.Redirect(input.Name, half);
            graph.Nodes.Insert(0, OnnxNode.Of("Cast", half, [input.Name], half, OnnxAttribute.Of("to", (long)ElementType.Float16)));
        }
    }

    /// <summary>
    /// The outputs keep their names and their 32 bits; a later stage that reads one reads the 16-bit maps. The new operator is not called after the output: often the one that made it is, and the
    /// runtime takes no two of one name.
    /// </summary>
    private static void CastOutputs(OnnxGraph graph)
    {
        var links = new GraphLinks(graph);
        foreach (OnnxValue output in graph.Outputs.Where(output => output.Type == ElementType.Float))
        {
            OnnxNode maker = links.Maker(output.Name) ?? throw graph.Fault($"output '{output.Name}'", "it is an input or a constant; there is nothing to convert");
            string half = graph.NewName(output.Name + "_half");
            maker.Outputs[maker.Outputs.IndexOf(output.Name)] = half;
            graph.Redirect(output.Name, half);
            graph.Nodes.Add(OnnxNode.Of("Cast", half, [half], output.Name, OnnxAttribute.Of("to", (long)ElementType.Float)));
        }
    }
}
