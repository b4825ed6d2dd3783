using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Shapes;

/// <summary>
/// Shape of every tensor of a network for one size of its input, operator by operator. Every tool asks for the shapes at its size before ONNX Runtime gets the file. Unknown operators are
/// refused here, and so are networks larger than any of the family (<see cref="Workload"/>).
/// </summary>
public static class ShapeInference
{
    /// <summary>Shapes for a batch of pictures.</summary>
    /// <param name="graph">A network with one input, N x 3 x H x W (or N x H x W x 3).</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="heightPx">Their height.</param>
    /// <param name="widthPx">Their width.</param>
    /// <returns>By tensor name, constants included.</returns>
    /// <exception cref="Inference.NetworkException">An operator is not supported or does not fit what it reads, the input is another one, or the network takes more than the tools run; the message names it.</exception>
    public static IReadOnlyDictionary<string, TensorShape> ForPictures(OnnxGraph graph, int batch, int heightPx, int widthPx)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs is not [{ } input] || input.Dimensions is not { Length: 4 } dimensions)
        {
            throw graph.Fault("inputs", $"one input of four dimensions is wanted, but there are {string.Join(", ", graph.Inputs.Select(one => one.Name).DefaultIfEmpty("none"))}");
        }

        bool channelsLast = dimensions[3].Size == 3 && dimensions[1].Size != 3;
        long[] sizes = channelsLast ? [batch, heightPx, widthPx, 3] : [batch, 3, heightPx, widthPx];
        for (int i = 0; i < 4; i++)
        {
            if (dimensions[i].Size is > 0 and { } size && size != sizes[i])
            {
                throw graph.Fault(
                    $"input '{input.Name}'", $"it is {string.Join(" x ", dimensions)}, but {string.Join(" x ", sizes)} was asked for; choose the size that the network has");
            }
        }

        return Of(graph, new Dictionary<string, TensorShape> { [input.Name] = new(input.Type, [.. sizes]) });
    }

    /// <summary>The size that a network can be looked at: its own where it is fixed, else the wished one.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="heightPx">Wished height.</param>
    /// <param name="widthPx">Wished width.</param>
    public static (int HeightPx, int WidthPx) SizeFor(OnnxGraph graph, int heightPx, int widthPx)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs is not [{ Dimensions: { Length: 4 } dimensions }])
        {
            return (heightPx, widthPx);
        }

        int rows = dimensions[3].Size == 3 && dimensions[1].Size != 3 ? 1 : 2;
        return ((int?)dimensions[rows].Size is > 0 and { } height ? height : heightPx, (int?)dimensions[rows + 1].Size is > 0 and { } width ? width : widthPx);
    }

    /// <summary>Shapes for given inputs.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="inputs">Shape of every input, by name.</param>
    /// <returns>By tensor name, constants included.</returns>
    /// <exception cref="Inference.NetworkException">An operator is not supported or does not fit what it reads, or the network takes more than the tools run; the message names it.</exception>
    public static IReadOnlyDictionary<string, TensorShape> Of(OnnxGraph graph, IReadOnlyDictionary<string, TensorShape> inputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var shapes = new Dictionary<string, TensorShape>(inputs);
        foreach ((string name, OnnxTensor tensor) in graph.Initializers)
        {
            shapes[name] = new TensorShape(tensor.Type, tensor.Sizes);
        }

        var workload = new Workload(graph, inputs.Values);
        foreach (OnnxNode node in graph.Nodes)
        {
            TensorShape shape = ShapeRules.Of(new ShapeQuestion(graph, node, shapes));
            workload.Add(node, shape, shapes);
            shapes[node.Outputs[0]] = shape;
        }

        return shapes;
    }
}

/// <summary>One node whose output's shape is asked for.</summary>
internal sealed class ShapeQuestion(OnnxGraph graph, OnnxNode node, IReadOnlyDictionary<string, TensorShape> shapes)
{
    public OnnxNode Node => node;

    public OnnxGraph Graph => graph;

    public bool Has(int index) => node.Input(index).Length > 0;

    /// <summary>Shape of an input that must be given.</summary>
    public TensorShape Input(int index) =>
        shapes.TryGetValue(node.Input(index), out TensorShape? shape) ? shape : throw Fault($"its input {index} is missing, or has no shape");

    /// <summary>Shape of an input that must be maps.</summary>
    public TensorShape Maps(int index) => Input(index) is { Rank: 4 } maps ? maps : throw Fault($"maps of four dimensions are wanted, but it reads {Input(index)}");

    /// <summary>An input that must be constant, because the shape depends on its values.</summary>
    public OnnxTensor Constant(int index) =>
        graph.Initializers.TryGetValue(node.Input(index), out OnnxTensor? tensor) ? tensor : throw Fault($"its input {index} must be a constant; export the network for a free or fixed size without shape arithmetic");

    public Exception Fault(string what) => graph.Fault(node.Place, what);

    /// <summary>An axis counted from the end when negative.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Fault($"there is no axis {axis} in {rank} dimensions");
}
