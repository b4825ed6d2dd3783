using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Anatomy;

/// <summary>The receptive field of every tensor of a network, computed from its windows.</summary>
public static class ReceptiveFields
{
    /// <summary>Fields by tensor name. A tensor that joins maps of different strides, or comes after a resize, has none, and is left out.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="shapes">As <see cref="ShapeInference"/> gives them.</param>
    public static IReadOnlyDictionary<string, ReceptiveField> Of(OnnxGraph graph, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(shapes);
        var fields = graph.Inputs.ToDictionary(input => input.Name, _ => ReceptiveField.Pixel);
        var constant = new HashSet<string>(graph.Initializers.Keys);
        foreach (OnnxNode node in graph.Nodes)
        {
            string[] maps = [.. node.Inputs.Where(input => input.Length > 0 && !constant.Contains(input))];
            if (maps.Length == 0)
            {
                constant.Add(node.Outputs[0]); // weights on their way through DequantizeLinear or Cast
            }
            else if (maps.All(fields.ContainsKey) && Join([.. maps.Select(input => fields[input])]) is { } joined && Through(graph, node, joined, shapes) is { } field)
            {
                fields[node.Outputs[0]] = field;
            }
        }

        return fields;
    }

    private static ReceptiveField? Join(ReceptiveField[] fields)
    {
        ReceptiveField joined = fields[0];
        foreach (ReceptiveField field in fields.AsSpan(1))
        {
            if (field.Vertical.StepPx != joined.Vertical.StepPx || field.Horizontal.StepPx != joined.Horizontal.StepPx)
            {
                return null;
            }

            joined = new(joined.Vertical.With(field.Vertical), joined.Horizontal.With(field.Horizontal));
        }

        return joined;
    }

    private static ReceptiveField? Through(OnnxGraph graph, OnnxNode node, ReceptiveField field, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        switch (node.Operator)
        {
            case "Conv":
                TensorShape weights = shapes[node.Inputs[1]];
                return Slide(Window.Of(graph, node, (weights[2], weights[3]), shapes[node.Inputs[0]]));
            case "MaxPool" or "AveragePool":
                return Slide(Window.Of(graph, node, (node.Ints("kernel_shape")![0], node.Ints("kernel_shape")![1]), shapes[node.Inputs[0]]));
            case "Pad" when shapes[node.Inputs[0]].Rank == 4:
                IReadOnlyList<long> pads = node.Inputs.Count > 1 ? graph.Initializers[node.Inputs[1]].ToLongs() : node.Ints("pads")!;
                return Slide(new Window(new(1, 1, 1, pads[2], pads[6]), new(1, 1, 1, pads[3], pads[7]), false));
            case "DepthToSpace":
                long block = node.Int("blocksize", 1);
                return new(field.Vertical.SharedBy(block), field.Horizontal.SharedBy(block));
            case "Resize" or "Upsample" or "Pad":
                return null;
            default:
                return field;
        }

        ReceptiveField Slide(Window window) => new(field.Vertical.Through(window.Vertical), field.Horizontal.Through(window.Horizontal));
    }
}
