using System.Text;
using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>An attribute of a node. Kinds that are not named here (graphs, sparse tensors, types) are carried along unread.</summary>
public sealed class OnnxAttribute : OnnxMessage
{
    private readonly List<long> ints = [];
    private readonly List<float> floats = [];
    private readonly List<byte[]> texts = [];
    private byte[] text = [];
    private Kind kind;
    private string documentation = "";

    /// <summary>ONNX's numbers (AttributeProto.AttributeType).</summary>
    private enum Kind
    {
        Float = 1, Int = 2, Text = 3, Tensor = 4, Floats = 6, Ints = 7, Texts = 8,
    }

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The real number, where it is one.</summary>
    public float Float { get; private set; }

    /// <summary>The whole number, where it is one.</summary>
    public long Int { get; private set; }

    /// <summary>The text, where it is one.</summary>
    public string Text => Encoding.UTF8.GetString(text);

    /// <summary>The tensor, or null.</summary>
    public OnnxTensor? Tensor { get; private set; }

    /// <summary>The whole numbers, where it is a list of them.</summary>
    public IReadOnlyList<long> Ints => ints;

    /// <summary>The real numbers, where it is a list of them.</summary>
    public IReadOnlyList<float> Floats => floats;

    /// <summary>Whether it holds a graph of its own, as If and Loop do.</summary>
    public bool HoldsGraph { get; private set; }

    /// <summary>A whole number.</summary>
    public static OnnxAttribute Of(string name, long value) => new() { Name = name, kind = Kind.Int, Int = value };

    /// <summary>A real number.</summary>
    public static OnnxAttribute Of(string name, float value) => new() { Name = name, kind = Kind.Float, Float = value };

    /// <summary>A text.</summary>
    public static OnnxAttribute Of(string name, string value) => new() { Name = name, kind = Kind.Text, text = Encoding.UTF8.GetBytes(value) };

    /// <summary>A tensor.</summary>
    public static OnnxAttribute Of(string name, OnnxTensor value) => new() { Name = name, kind = Kind.Tensor, Tensor = value };

    /// <summary>A list of whole numbers.</summary>
    public static OnnxAttribute Of(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new OnnxAttribute { Name = name, kind = Kind.Ints };
        attribute.ints.AddRange(values);
        return attribute;
    }

    private protected override bool TryRead(int field, WireFormat.WireType type, CodedInputStream input)
    {
        switch ((field, type))
        {
            case (1, WireFormat.WireType.LengthDelimited): Name = input.ReadString(); return true;
            case (2, WireFormat.WireType.Fixed32): Float = input.ReadFloat(); return true;
            case (3, WireFormat.WireType.Varint): Int = input.ReadInt64(); return true;
            case (4, WireFormat.WireType.LengthDelimited): text = input.ReadBytes().ToByteArray(); return true;
            case (5, WireFormat.WireType.LengthDelimited): Tensor = Read<OnnxTensor>(input); return true;
            case (6 or 11, _): HoldsGraph = true; return false;
            case (7, WireFormat.WireType.Fixed32): floats.Add(input.ReadFloat()); return true;
            case (7, WireFormat.WireType.LengthDelimited): ReadPackedFloats(input); return true;
            case (8, WireFormat.WireType.Varint or WireFormat.WireType.LengthDelimited): ReadNumbers(type, input, ints); return true;
            case (9, WireFormat.WireType.LengthDelimited): texts.Add(input.ReadBytes().ToByteArray()); return true;
            case (13, WireFormat.WireType.LengthDelimited): documentation = input.ReadString(); return true;
            case (20, WireFormat.WireType.Varint): kind = (Kind)input.ReadInt32(); return true;
            default: return false;
        }
    }

    private protected override void Write(FieldWriter writer)
    {
        writer.Text(1, Name);
        switch (kind)
        {
            case Kind.Float: writer.Real(2, Float); break; // present even when 0: ORT's checker wants exactly one value field
            case Kind.Int: writer.Number(3, Int); break;
            case Kind.Text: writer.Bytes(4, text); break;
            case Kind.Tensor: writer.Message(5, Tensor); break;
            case Kind.Ints: writer.Numbers(8, ints); break;
            case Kind.Floats: floats.ForEach(value => writer.Real(7, value)); break;
            case Kind.Texts: texts.ForEach(value => writer.Bytes(9, value)); break;
        }

        writer.OptionalText(13, documentation);
        writer.Number(20, (long)kind);
    }

    private void ReadPackedFloats(CodedInputStream input)
    {
        using CodedInputStream packed = input.ReadBytes().CreateCodedInput();
        while (!packed.IsAtEnd)
        {
            floats.Add(packed.ReadFloat());
        }
    }
}
