using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Anatomy;

/// <summary>Where a convolution stands in a network of the family: some places bear less change than others.</summary>
internal static class LayerRole
{
    /// <summary>Whether no convolution is before it: it sees the picture.</summary>
    public static bool IsStem(OnnxGraph graph, GraphLinks links, OnnxNode convolution) =>
        !graph.NeededBy([convolution.Inputs[0]]).Any(tensor => links.Maker(tensor)?.Operator == "Conv");

    /// <summary>Whether it makes an output of the network, by itself or with a bias that is added behind it.</summary>
    public static bool MakesOutput(GraphLinks links, OnnxNode convolution) =>
        links.IsOutput(convolution.Outputs[0]) || (links.OnlyReader(convolution.Outputs[0]) is { Operator: "Add" or "BatchNormalization" } next && links.IsOutput(next.Outputs[0]));

    /// <summary>Whether it reads a concat: features and maps of an earlier stage.</summary>
    public static bool ReadsConcat(GraphLinks links, OnnxNode convolution) => links.Maker(convolution.Inputs[0])?.Operator == "Concat";
}
