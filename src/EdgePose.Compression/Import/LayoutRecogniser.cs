using System.Collections.Immutable;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Import;

/// <summary>
/// Recognises a checkpoint of the family by its structure, not by names. It has two outputs at stride 8: 38 PAFs (L1 in files) and 19 heatmaps (L2). Its stages are Lightweight OpenPose's
/// (depthwise backbone) or OpenPose's (7x7 convolutions). Both order keypoints and limbs as
/// <see cref="Skeletons.Coco18"/> does.
/// </summary>
public static class LayoutRecogniser
{
    private const int HeatmapChannels = 19, PafChannels = 38, StridePx = 8;

    /// <summary>Recognises a network.</summary>
    /// <exception cref="Inference.NetworkException">It is of another kind; the message says by what.</exception>
    public static RecognisedLayout Recognise(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (int height, int width) = ShapeInference.SizeFor(graph, 256, 256);
        IReadOnlyDictionary<string, TensorShape> shapes = ShapeInference.ForPictures(graph, 1, height, width);
        if (graph.Inputs[0].Dimensions is [_, { Size: not 3 }, _, { Size: 3 }])
        {
            throw graph.Fault($"input '{graph.Inputs[0].Name}'", "its channels come last (NHWC), but N x 3 x H x W is wanted; export it with channels first");
        }

        string outputs = string.Join(", ", graph.Outputs.Select(output => $"'{output.Name}' {shapes[output.Name]}"));
        RecognisedStage? last = Pair(graph.Outputs.Select(output => output.Name), shapes);
        if (last is null)
        {
            throw graph.Fault(
                "outputs", $"38 PAFs and 19 heatmaps of COCO-18 are wanted, but there are {outputs}; networks of other keypoints (BODY_25, MPII) or of joined outputs are not imported");
        }

        TensorShape heat = shapes[last.Heatmaps];
        if (heat[2] * StridePx != height || heat[3] * StridePx != width)
        {
            throw graph.Fault("outputs", $"maps at stride {StridePx} are wanted, but a picture of {height} x {width} gives {outputs}; an upsampling at the end is not imported");
        }

        string name = Name(graph, shapes) ?? throw graph.Fault(
            "stages", "they are neither Lightweight OpenPose's (a backbone of depthwise convolutions) nor OpenPose's (7x7 convolutions), so that the order of keypoints and limbs cannot be told");
        ImmutableArray<RecognisedStage> earlier =
        [
            .. graph.Nodes.Where(node => node.Is("Concat")).Select(node => Pair(node.Inputs, shapes)).OfType<RecognisedStage>().Distinct(),
        ];
        return new RecognisedLayout(name, [.. earlier.Where(stage => stage != last), last], HasNormalisation(graph));
    }

    /// <summary>The one PAF and the one heatmap tensor among these, or null.</summary>
    private static RecognisedStage? Pair(IEnumerable<string> tensors, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        string[] maps = [.. tensors.Where(tensor => shapes.TryGetValue(tensor, out TensorShape? shape) && shape.Rank == 4)];
        string[] heatmaps = [.. maps.Where(tensor => shapes[tensor][1] == HeatmapChannels)], pafs = [.. maps.Where(tensor => shapes[tensor][1] == PafChannels)];
        // Several stages as outputs: the last of each is the deepest.
        return heatmaps.Length > 0 && heatmaps.Length == pafs.Length ? new RecognisedStage(heatmaps[^1], pafs[^1]) : null;
    }

    private static string? Name(OnnxGraph graph, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        OnnxNode[] convolutions = [.. graph.Nodes.Where(node => node.Is("Conv"))];
        int depthwise = convolutions.Count(node => node.Int("group", 1) > 1 && shapes[node.Inputs[1]][1] == 1);
        int large = convolutions.Count(node => shapes[node.Inputs[1]] is var weights && weights[2] == 7 && weights[3] == 7);
        // Lightweight OpenPose has 14 depthwise layers, OpenPose ten 7x7 a stage; a shortened one has fewer, never one or two.
        return depthwise >= 3 ? "Lightweight OpenPose" : large >= 3 ? "OpenPose COCO-18" : null;
    }

    /// <summary>Whether arithmetic with constants stands between the input and the first convolution.</summary>
    private static bool HasNormalisation(OnnxGraph graph) =>
        new GraphLinks(graph).OnlyReader(graph.Inputs[0].Name) is { Operator: "Sub" or "Mul" or "Add" or "Div" or "BatchNormalization" };
}
