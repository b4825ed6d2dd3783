using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Pruning;

/// <summary>What pruning wants to know of a convolution: which channels it reads and makes, and what it costs with some of them gone.</summary>
/// <param name="Inputs">Sets of the channels that it reads.</param>
/// <param name="Outputs">Sets of the channels that it makes.</param>
/// <param name="MacsEach">MACs of one output channel for one input channel, or of one channel where each is convolved by itself or in groups.</param>
/// <param name="Dense">Whether every output channel reads every input channel.</param>
internal sealed record PrunedConvolution(int[] Inputs, int[] Outputs, long MacsEach, bool Dense)
{
    /// <summary>Whether every output channel reads every input channel.</summary>
    public static bool IsDense(OnnxNode node) => node.Is("Conv") && node.Int("group", 1) == 1;

    /// <summary>Whether each channel is convolved by itself into one.</summary>
    public static bool IsDepthwise(OnnxNode node, IReadOnlyDictionary<string, TensorShape> shapes) =>
        node.Is("Conv") && node.Int("group", 1) is var groups and > 1 && shapes[node.Inputs[0]][1] == groups && shapes[node.Outputs[0]][1] == groups;

    /// <summary>All convolutions of a network, in order.</summary>
    public static IReadOnlyList<PrunedConvolution> Of(OnnxGraph graph, ChannelTies ties, IReadOnlyDictionary<string, TensorShape> shapes) =>
    [
        .. graph.Nodes.Where(node => node.Is("Conv")).Select(node =>
        {
            TensorShape weights = shapes[node.Inputs[1]], made = shapes[node.Outputs[0]];
            long kernel = weights[2] * weights[3], cells = made[2] * made[3];
            bool dense = IsDense(node);
            return new PrunedConvolution(ties.SetsOf(node.Inputs[0]), ties.SetsOf(node.Outputs[0]), cells * kernel * (dense ? 1 : weights[1]), dense);
        }),
    ];

    /// <summary>MACs when only some channels are kept.</summary>
    public long Macs(bool[] kept)
    {
        long outputs = Outputs.Count(set => kept[set]);
        return MacsEach * outputs * (Dense ? Inputs.Count(set => kept[set]) : 1);
    }
}
