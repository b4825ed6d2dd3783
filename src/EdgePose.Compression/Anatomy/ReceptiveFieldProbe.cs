using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;

namespace EdgePose.Compression.Anatomy;

/// <summary>
/// Measures the receptive field of an output by perturbation: rows of a picture are changed, the network is run, and a cell in the middle either changes or does not.
/// </summary>
/// <remarks>
/// Which pixels reach a cell depends on the windows alone, not on the weights. So the network is run with one channel a layer, all weights positive and no offset. An untouched picture
/// gives exact zeros. Values from the edge of the field cannot drown in rounding, as they do with trained weights after fifteen 11x11 convolutions. The runtime's own arithmetic of windows
/// is what is measured.
/// </remarks>
public static class ReceptiveFieldProbe
{
    private const int WidthPx = 64;

    /// <summary>The deepest reference sees 1,360 rows; a file of a few bytes can state a field whose picture would fill the memory.</summary>
    private const int MaxHeightPx = 8192;

    /// <summary>Rows that a cell of an output sees, measured.</summary>
    /// <param name="model">The network; left as it is.</param>
    /// <param name="output">Name of an output.</param>
    /// <param name="heightPx">Height of the picture; more than the field, or the field is cut at the border.</param>
    /// <exception cref="NetworkException">The network has an operator that cannot be probed, or the picture would be too high.</exception>
    public static long MeasureRowsPx(OnnxModel model, string output, long heightPx)
    {
        ArgumentNullException.ThrowIfNull(model);
        return heightPx is >= 1 and <= MaxHeightPx
            ? MeasureRowsPx(model, output, (int)heightPx)
            : throw model.Graph.Fault(
                $"output '{output}'", $"measuring its receptive field takes a picture of {heightPx:N0} rows, but at most {MaxHeightPx:N0} are run; it is computed only: leave out --measure");
    }

    private static long MeasureRowsPx(OnnxModel model, string output, int heightPx)
    {
        OnnxModel slim = Slim(model, output);
        _ = ShapeInference.ForPictures(slim.Graph, 1, heightPx, WidthPx); // a picture of thousands of rows was not asked for before
        using var runner = new GraphRunner(slim, threads: 1);
        long[] sizes = [1, 3, heightPx, WidthPx];
        float[] Run(int from, int to)
        {
            // Rows from..to (exclusive) are lit.
            var picture = new float[3 * heightPx * WidthPx];
            for (int plane = 0; plane < 3; plane++)
            {
                picture.AsSpan(((plane * heightPx) + from) * WidthPx, (to - from) * WidthPx).Fill(1e6f);
            }

            RunOutput maps = runner.Run(picture, sizes, output)[output];
            int rows = (int)maps.Sizes[2], columns = (int)maps.Sizes[3];
            return maps.Values.AsSpan(rows / 2 * columns, columns).ToArray();
        }

        float[] dark = Run(0, 0);
        bool Seen(int from, int to) => !Run(from, to).AsSpan().SequenceEqual(dark);

        if (!Seen(0, heightPx))
        {
            throw model.Graph.Fault($"output '{output}'", "a change of the whole picture does not reach it; its receptive field cannot be measured");
        }

        int first = Bisect(heightPx, row => Seen(0, row + 1)); // the first row whose change, with all before it, is seen
        int last = heightPx - 1 - Bisect(heightPx, row => Seen(heightPx - 1 - row, heightPx));
        return last - first + 1;
    }

    private static int Bisect(int count, Func<int, bool> isSeen)
    {
        int low = 0, high = count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = isSeen(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>The same windows with one channel a layer (depthwise: as many as come in), weights that average, no biases.</summary>
    private static OnnxModel Slim(OnnxModel model, string output)
    {
        OnnxModel slim = model.Copy();
        OnnxGraph graph = slim.Graph;
        graph.KeepOutputs([output]);
        var channels = new Dictionary<string, long> { [graph.Inputs[0].Name] = 3 };
        var links = new GraphLinks(graph);
        foreach (OnnxNode node in graph.Nodes.ToList())
        {
            string first = node.Inputs[0];
            switch (node.Operator)
            {
                case "Conv":
                    channels[node.Outputs[0]] = SlimConvolution(graph, links, node, Channels(node, first));
                    break;
                case "Concat":
                    channels[node.Outputs[0]] = node.Inputs.Sum(input => Channels(node, input));
                    break;
                case "Add" or "Sub" or "Mul" or "Div" or "Max" or "Min" when node.Inputs.Any(graph.Initializers.ContainsKey):
                case "BatchNormalization" or "PRelu" or "Cast" or "QuantizeLinear" or "DequantizeLinear":
                    string maps = node.Inputs.FirstOrDefault(input => !graph.Initializers.ContainsKey(input), "");
                    graph.Replace(node, OnnxNode.Of("Relu", node.Name, [maps], node.Outputs[0]));
                    channels[node.Outputs[0]] = channels.GetValueOrDefault(maps, 1);
                    break;
                case "DepthToSpace": // with one channel a layer: each cell, block by block
                    float block = node.Int("blocksize", 1);
                    string scales = graph.Put(OnnxTensor.Of(graph.NewName(node.Outputs[0] + "_probe"), [4], [1, 1, block, block]));
                    graph.Replace(node, OnnxNode.Of("Resize", node.Name, model.Opset > 10 ? [first, "", scales] : [first, scales], node.Outputs[0], OnnxAttribute.Of("mode", "nearest")));
                    channels[node.Outputs[0]] = Channels(node, first);
                    break;
                case "Transpose" or "Resize" or "Upsample":
                    throw graph.Fault(node.Place, "a network with this operator cannot be probed; its receptive field is computed only");
                default:
                    channels[node.Outputs[0]] = node.Inputs.Max(input => channels.GetValueOrDefault(input, 1));
                    break;
            }
        }

        graph.RemoveDead();
        return slim;

        long Channels(OnnxNode node, string tensor) => channels.TryGetValue(tensor, out long count)
            ? count
            : throw graph.Fault(node.Place, $"it reads '{tensor}', which is made from constants alone; a network like this cannot be probed, its receptive field is computed only");
    }

    private static long SlimConvolution(OnnxGraph graph, GraphLinks links, OnnxNode node, long incoming)
    {
        OnnxTensor weights = graph.Initializers.GetValueOrDefault(node.Inputs[1])
            ?? (links.Maker(node.Inputs[1]) is { } maker ? graph.Initializers.GetValueOrDefault(maker.Inputs[0]) : null)
            ?? throw graph.Fault(node.Place, "its weights are no constant; its receptive field is computed only");
        bool depthwise = node.Int("group", 1) > 1;
        long outgoing = depthwise ? incoming : 1, each = depthwise ? 1 : incoming;
        var values = new float[outgoing * each * weights.Sizes[2] * weights.Sizes[3]];
        Array.Fill(values, 1f / (each * weights.Sizes[2] * weights.Sizes[3]));
        string name = graph.NewName(node.Outputs[0] + "_probe");
        graph.Put(OnnxTensor.Of(name, [outgoing, each, weights.Sizes[2], weights.Sizes[3]], values.AsSpan()));
        node.Set(OnnxAttribute.Of("group", depthwise ? incoming : 1));
        while (node.Inputs.Count > 1)
        {
            node.Inputs.RemoveAt(1);
        }

        node.Inputs.Add(name);
        return outgoing;
    }
}
