using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Shapes;

/// <summary>How a convolution or pooling slides over a map: sizes in cells of the map that it reads.</summary>
/// <param name="Kernel">Kernel's size.</param>
/// <param name="Stride">Step.</param>
/// <param name="Dilation">Distance between the kernel's taps.</param>
/// <param name="PadBefore">Rows of padding at the top, or columns at the left.</param>
/// <param name="PadAfter">Rows of padding at the bottom, or columns at the right.</param>
public readonly record struct WindowAxis(long Kernel, long Stride, long Dilation, long PadBefore, long PadAfter)
{
    /// <summary>Cells from the kernel's first tap to its last, both included.</summary>
    public long Reach => ((Kernel - 1) * Dilation) + 1;

    /// <summary>Size of what comes out.</summary>
    public long Out(long size, bool ceiling)
    {
        long steps = size + PadBefore + PadAfter - Reach;
        return ((steps + (ceiling ? Stride - 1 : 0)) / Stride) + 1;
    }
}

/// <summary>A convolution's or pooling's window, both ways.</summary>
/// <param name="Vertical">Along the rows.</param>
/// <param name="Horizontal">Along the columns.</param>
/// <param name="Ceiling">Whether a last, incomplete step counts.</param>
public readonly record struct Window(WindowAxis Vertical, WindowAxis Horizontal, bool Ceiling)
{
    /// <summary>Reads it from a Conv, MaxPool or AveragePool.</summary>
    /// <param name="graph">For messages.</param>
    /// <param name="node">The operator.</param>
    /// <param name="kernel">Kernel's height and width (from the weights, or from the attribute of a pooling).</param>
    /// <param name="map">Shape of what it reads, N x C x H x W.</param>
    /// <exception cref="Inference.NetworkException">The window is impossible for this map.</exception>
    public static Window Of(OnnxGraph graph, OnnxNode node, (long Height, long Width) kernel, TensorShape map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(map);
        IReadOnlyList<long> strides = Pair(graph, node, "strides"), dilations = Pair(graph, node, "dilations");
        IReadOnlyList<long> pads = node.Ints("pads") ?? [0, 0, 0, 0];
        if (pads.Count != 4 || pads.Any(pad => pad is < 0 or > 4096))
        {
            throw graph.Fault(node.Place, $"pads {string.Join(", ", pads)} are not four sizes from 0 to 4096");
        }

        string auto = node.Text("auto_pad", "NOTSET");
        var window = new Window(
            Axis(auto, kernel.Height, strides[0], dilations[0], pads[0], pads[2], map[2]),
            Axis(auto, kernel.Width, strides[1], dilations[1], pads[1], pads[3], map[3]),
            node.Int("ceil_mode", 0) == 1);
        return window.Vertical.Reach > map[2] + window.Vertical.PadBefore + window.Vertical.PadAfter
               || window.Horizontal.Reach > map[3] + window.Horizontal.PadBefore + window.Horizontal.PadAfter
            ? throw graph.Fault(node.Place, $"its kernel of {kernel.Height} x {kernel.Width} does not fit into a map of {map[2]} x {map[3]}; choose a larger input")
            : window;
    }

    private static WindowAxis Axis(string auto, long kernel, long stride, long dilation, long before, long after, long size)
    {
        var axis = new WindowAxis(kernel, stride, dilation, before, after);
        if (auto is not ("SAME_UPPER" or "SAME_LOWER"))
        {
            return auto == "VALID" ? axis with { PadBefore = 0, PadAfter = 0 } : axis;
        }

        long steps = (size + stride - 1) / stride, total = Math.Max(0, ((steps - 1) * stride) + axis.Reach - size);
        long small = total / 2, large = total - small;
        return auto == "SAME_UPPER" ? axis with { PadBefore = small, PadAfter = large } : axis with { PadBefore = large, PadAfter = small };
    }

    private static IReadOnlyList<long> Pair(OnnxGraph graph, OnnxNode node, string name)
    {
        IReadOnlyList<long> pair = node.Ints(name) ?? [1, 1];
        return pair.Count == 2 && pair.All(one => one is > 0 and <= 4096)
            ? pair
            : throw graph.Fault(node.Place, $"{name} {string.Join(", ", pair)} are not two sizes from 1 to 4096");
    }
}
