using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>An operator with its inputs and outputs, by the names of their tensors; an optional input that is not given has an empty name.</summary>
public sealed class OnnxNode : OnnxMessage
{
    private string documentation = "";

    /// <summary>Its own name; may be empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>Which operator, as ONNX spells it: <c>Conv</c>, <c>Relu</c>.</summary>
    public string Operator { get; set; } = "";

    /// <summary>Whose operator; empty for ONNX's own.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Names of the tensors that it reads.</summary>
    public IList<string> Inputs { get; } = new List<string>();

    /// <summary>Names of the tensors that it makes.</summary>
    public IList<string> Outputs { get; } = new List<string>();

    /// <summary>Its attributes.</summary>
    public IList<OnnxAttribute> Attributes { get; } = new List<OnnxAttribute>();

    /// <summary>How messages call it: operator, and the name that tells it from the others.</summary>
    public string Place => $"{Operator} '{(Name.Length > 0 ? Name : Outputs.FirstOrDefault(""))}'";

    /// <summary>A node of ONNX's own operators.</summary>
    public static OnnxNode Of(string @operator, string name, IEnumerable<string> inputs, string output, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new OnnxNode { Operator = @operator, Name = name };
        foreach (string input in inputs)
        {
            node.Inputs.Add(input);
        }

        node.Outputs.Add(output);
        foreach (OnnxAttribute attribute in attributes)
        {
            node.Attributes.Add(attribute);
        }

        return node;
    }

    /// <summary>Whether it is <paramref name="operator"/> of ONNX's own operators.</summary>
    public bool Is(string @operator) => Operator == @operator && Domain is "" or "ai.onnx";

    /// <summary>Name of the <paramref name="index"/>th input, or empty where it is not given.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>The attribute, or null.</summary>
    public OnnxAttribute? Attribute(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name);

    /// <summary>A whole number, or the operator's default.</summary>
    public long Int(string name, long normal) => Attribute(name)?.Int ?? normal;

    /// <summary>A real number, or the operator's default.</summary>
    public float Float(string name, float normal) => Attribute(name)?.Float ?? normal;

    /// <summary>A text, or the operator's default.</summary>
    public string Text(string name, string normal) => Attribute(name)?.Text ?? normal;

    /// <summary>A list of whole numbers, or null where it is not given.</summary>
    public IReadOnlyList<long>? Ints(string name) => Attribute(name)?.Ints;

    /// <summary>Adds an attribute, or puts it in place of the one of its name.</summary>
    public void Set(OnnxAttribute attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        Remove(attribute.Name);
        Attributes.Add(attribute);
    }

    /// <summary>Removes an attribute, if it is there.</summary>
    public void Remove(string attribute)
    {
        if (Attribute(attribute) is { } found)
        {
            Attributes.Remove(found);
        }
    }

    private protected override bool TryRead(int field, WireFormat.WireType type, CodedInputStream input)
    {
        if (type != WireFormat.WireType.LengthDelimited)
        {
            return false;
        }

        switch (field)
        {
            case 1: Inputs.Add(input.ReadString()); return true;
            case 2: Outputs.Add(input.ReadString()); return true;
            case 3: Name = input.ReadString(); return true;
            case 4: Operator = input.ReadString(); return true;
            case 5: Attributes.Add(Read<OnnxAttribute>(input)); return true;
            case 6: documentation = input.ReadString(); return true;
            case 7: Domain = input.ReadString(); return true;
            default: return false;
        }
    }

    private protected override void Write(FieldWriter writer)
    {
        foreach (string input in Inputs)
        {
            writer.Text(1, input);
        }

        foreach (string output in Outputs)
        {
            writer.Text(2, output);
        }

        writer.OptionalText(3, Name);
        writer.Text(4, Operator);
        writer.Messages(5, Attributes);
        writer.OptionalText(6, documentation);
        writer.OptionalText(7, Domain);
    }
}
