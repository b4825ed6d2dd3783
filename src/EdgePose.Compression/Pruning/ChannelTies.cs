using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Inference;

namespace EdgePose.Compression.Pruning;

/// <summary>Channels that the same convolutions make, and of which some can go: a layer's width, or that of several which are added up.</summary>
/// <param name="Name">Names of the convolutions that make them.</param>
/// <param name="Sets">The channels, as sets of <see cref="ChannelTies"/>.</param>
internal sealed record ChannelGroup(string Name, int[] Sets);

/// <summary>
/// Which channels of a network depend on each other, derived from the graph. An addition ties its operands channel by channel. A concat lays them end to end. Depthwise convolutions,
/// activations, normalisation and pooling pass them on. The picture's channels and those of the outputs stay; so do those that meet an operator
/// which mixes channels in a way of its own.
/// </summary>
internal sealed class ChannelTies
{
    private readonly ChannelSets sets = new();
    private readonly Dictionary<string, int[]> channels = [];

    private ChannelTies()
    {
    }

    /// <summary>Widths that can be chosen, in the order of the network.</summary>
    public IReadOnlyList<ChannelGroup> Groups { get; private set; } = [];

    /// <summary>Sets are numbered below this.</summary>
    public int Count => sets.Count;

    /// <summary>For each channel of a tensor its set; empty for a tensor that has no channels.</summary>
    public int[] SetsOf(string tensor) => channels.TryGetValue(tensor, out int[]? found) ? found : [];

    /// <summary>Reads a network.</summary>
    /// <exception cref="NetworkException">It is quantised.</exception>
    public static ChannelTies Of(OnnxGraph graph, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        if (graph.Nodes.FirstOrDefault(node => node.Operator is "QuantizeLinear" or "DequantizeLinear") is { } quantised)
        {
            throw graph.Fault(quantised.Place, "the network is quantised already; change the unquantised one and quantise it again");
        }

        var ties = new ChannelTies();
        foreach (OnnxValue input in graph.Inputs)
        {
            ties.channels[input.Name] = ties.Fixed((int)shapes[input.Name][1]);
        }

        foreach (OnnxNode node in graph.Nodes)
        {
            ties.channels[node.Outputs[0]] = ties.Through(graph, node, shapes);
        }

        foreach (OnnxValue output in graph.Outputs)
        {
            ties.sets.Fix(ties.channels[output.Name]);
        }

        ties.Settle(graph);
        return ties;
    }

    private int[] Fixed(int count)
    {
        int[] added = sets.Add(count);
        sets.Fix(added);
        return added;
    }

    private int[] Through(OnnxGraph graph, OnnxNode node, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        TensorShape made = shapes[node.Outputs[0]];
        int count = made.Rank == 4 ? (int)made[1] : 0;
        switch (node.Operator)
        {
            case "Conv" when PrunedConvolution.IsDense(node):
                return sets.Add(count);
            case "Conv" when PrunedConvolution.IsDepthwise(node, shapes):
            case "Relu" or "Elu" or "LeakyRelu" or "Sigmoid" or "Tanh" or "Clip" or "HardSwish" or "HardSigmoid" or "Identity" or "Dropout" or "PRelu":
            case "BatchNormalization" or "MaxPool" or "AveragePool" or "Upsample" or "Pad" when shapes[node.Inputs[0]][1] == made[1]:
            case "Resize" when node.Input(3).Length == 0 && shapes[node.Inputs[0]][1] == made[1]:
                return channels[node.Inputs[0]];
            case "Add" or "Sub" or "Mul" or "Div" or "Max" or "Min":
                return Join(node, shapes, count);
            case "Concat" when node.Int("axis", 1) is 1 or -3 && node.Inputs.All(channels.ContainsKey):
                return [.. node.Inputs.SelectMany(input => channels[input])];
            case "Concat" when node.Int("axis", 1) is 2 or 3 or -1 or -2 && node.Inputs.All(channels.ContainsKey):
                foreach (string input in node.Inputs.Skip(1))
                {
                    sets.Tie(channels[node.Inputs[0]], channels[input]);
                }

                return channels[node.Inputs[0]];
            default: // what it does to channels is not known: everything that it touches stays
                foreach (string input in node.Inputs.Where(channels.ContainsKey))
                {
                    sets.Fix(channels[input]);
                }

                return Fixed(count);
        }
    }

    /// <summary>Maps of as many channels are tied; a map of one channel is stretched over all, and stays. Constants follow the maps.</summary>
    private int[] Join(OnnxNode node, IReadOnlyDictionary<string, TensorShape> shapes, int count)
    {
        string[] maps = [.. node.Inputs.Where(input => channels.ContainsKey(input) && shapes[input][1] == count)];
        foreach (string narrow in node.Inputs.Where(input => channels.ContainsKey(input) && shapes[input][1] != count))
        {
            sets.Fix(channels[narrow]);
        }

        if (maps.Length == 0)
        {
            return Fixed(count);
        }

        foreach (string other in maps.Skip(1))
        {
            sets.Tie(channels[maps[0]], channels[other]);
        }

        return channels[maps[0]];
    }

    private void Settle(OnnxGraph graph)
    {
        foreach (string tensor in channels.Keys.ToList())
        {
            channels[tensor] = Array.ConvertAll(channels[tensor], sets.Find);
        }

        var makers = new SortedDictionary<int, List<string>>();
        foreach (OnnxNode node in graph.Nodes.Where(PrunedConvolution.IsDense))
        {
            foreach (int set in channels[node.Outputs[0]].Distinct().Where(set => !sets.IsFixed(set)))
            {
                if (!makers.TryGetValue(set, out List<string>? names))
                {
                    makers[set] = names = [];
                }

                names.Add(node.Name.Length > 0 ? node.Name : node.Outputs[0]);
            }
        }

        Groups = [.. makers.GroupBy(pair => string.Join(" + ", pair.Value), pair => pair.Key).Select(group => new ChannelGroup(group.Key, [.. group]))];
    }
}
