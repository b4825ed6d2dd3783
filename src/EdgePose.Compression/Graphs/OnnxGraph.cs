using EdgePose.Inference;
using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>
/// The network itself: nodes in an order in which they can run, constants, inputs and outputs. Free to edit; whoever edits it keeps names unique
/// (<see cref="NewName"/>) and may ask for <see cref="Check"/> at the end, which <see cref="OnnxModel.ToBytes"/> does in any case.
/// </summary>
public sealed partial class OnnxGraph : OnnxMessage
{
    private readonly List<OnnxTensor> read = [];
    private readonly Dictionary<string, OnnxTensor> initializers = [];
    private readonly List<string> doubleInitializers = [];
    private string documentation = "";

    /// <summary>Its name; not empty.</summary>
    public string Name { get; set; } = "network";

    /// <summary>Which file it came from, for messages.</summary>
    public string Source { get; internal set; } = "the network";

    /// <summary>The nodes, each after those that it reads from.</summary>
    public IList<OnnxNode> Nodes { get; internal set; } = new List<OnnxNode>();

    /// <summary>The constants, by name. Put one in with <see cref="Put"/>.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Initializers => initializers;

    /// <summary>What a caller gives. Files of IR version 3 list their constants here too; those are not inputs and are taken out on reading.</summary>
    public IList<OnnxValue> Inputs { get; } = new List<OnnxValue>();

    /// <summary>What a caller gets.</summary>
    public IList<OnnxValue> Outputs { get; } = new List<OnnxValue>();

    /// <summary>What the exporter said of tensors in between: dropped on editing, because it would be wrong then.</summary>
    public IList<OnnxValue> Between { get; } = new List<OnnxValue>();

    /// <summary>Whether the file holds sparse constants, which are not supported.</summary>
    internal bool HoldsSparse { get; private set; }

    /// <summary>Names that two constants have.</summary>
    internal IReadOnlyList<string> DoubleInitializers => doubleInitializers;

    /// <summary>Adds a constant, or puts it in place of the one of its name.</summary>
    /// <returns>Its name.</returns>
    public string Put(OnnxTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentException.ThrowIfNullOrEmpty(tensor.Name);
        initializers[tensor.Name] = tensor;
        return tensor.Name;
    }

    /// <summary>Removes a constant, if it is there.</summary>
    public void RemoveInitializer(string name) => initializers.Remove(name);

    /// <summary>A fault at a place of this network, ready to throw: file, place, what is wrong and what to do.</summary>
    public NetworkException Fault(string place, string what) => new($"{Source}: {place}: {what}.");

    /// <summary>Refuses a graph that no tool may work on; see <see cref="GraphCheck"/>.</summary>
    /// <exception cref="NetworkException">The first fault.</exception>
    public void Check() => GraphCheck.Run(this);

    private protected override bool TryRead(int field, WireFormat.WireType type, CodedInputStream input)
    {
        if (type != WireFormat.WireType.LengthDelimited)
        {
            return false;
        }

        switch (field)
        {
            case 1: Nodes.Add(Read<OnnxNode>(input)); return true;
            case 2: Name = input.ReadString(); return true;
            case 5: read.Add(Read<OnnxTensor>(input)); return true;
            case 10: documentation = input.ReadString(); return true;
            case 11: Inputs.Add(Read<OnnxValue>(input)); return true;
            case 12: Outputs.Add(Read<OnnxValue>(input)); return true;
            case 13: Between.Add(Read<OnnxValue>(input)); return true;
            case 15: HoldsSparse = true; return false;
            default: return false;
        }
    }

    private protected override void WholeRead()
    {
        foreach (OnnxTensor tensor in read)
        {
            if (!initializers.TryAdd(tensor.Name, tensor))
            {
                doubleInitializers.Add(tensor.Name);
            }
        }

        read.Clear();
        for (int i = Inputs.Count - 1; i >= 0; i--)
        {
            if (initializers.ContainsKey(Inputs[i].Name))
            {
                Inputs.RemoveAt(i);
            }
        }
    }

    private protected override void Write(FieldWriter writer)
    {
        writer.Messages(1, Nodes);
        writer.Text(2, Name);
        writer.Messages(5, initializers.Values);
        writer.OptionalText(10, documentation);
        writer.Messages(11, Inputs);
        writer.Messages(12, Outputs);
        writer.Messages(13, Between);
    }
}
