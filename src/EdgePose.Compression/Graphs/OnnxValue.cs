using System.Collections.Immutable;
using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>One dimension of an input or output: a fixed size, or a free one that may have a name.</summary>
/// <param name="Size">The fixed size, or null for a free one.</param>
/// <param name="Name">Name of a free one; empty for none.</param>
public readonly record struct OnnxDimension(long? Size, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? (Name.Length > 0 ? Name : "?");

    /// <summary>A fixed size.</summary>
    public static implicit operator OnnxDimension(long size) => new(size, "");

    /// <summary>A free size with a name.</summary>
    public static implicit operator OnnxDimension(string name) => new(null, name);
}

/// <summary>An input or an output of a graph: its name, what it holds, and its dimensions.</summary>
public sealed class OnnxValue : OnnxMessage
{
    private TypeMessage type = new();
    private string documentation = "";

    /// <summary>Its name in the graph.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it holds; <see cref="ElementType.Undefined"/> where the file does not say, or where it is no tensor.</summary>
    public ElementType Type => type.Tensor?.Type ?? ElementType.Undefined;

    /// <summary>Its dimensions, or null where the file does not say.</summary>
    public ImmutableArray<OnnxDimension>? Dimensions => type.Tensor?.Shape is { } shape ? [.. shape.Dimensions.Select(one => one.Value)] : null;

    /// <summary>A tensor.</summary>
    public static OnnxValue Of(string name, ElementType type, params ReadOnlySpan<OnnxDimension> dimensions)
    {
        var shape = new ShapeMessage();
        foreach (OnnxDimension dimension in dimensions)
        {
            shape.Dimensions.Add(new DimensionMessage { Value = dimension });
        }

        return new OnnxValue { Name = name, type = new TypeMessage { Tensor = new TensorMessage { Type = type, Shape = shape } } };
    }

    private protected override bool TryRead(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch ((field, wire))
        {
            case (1, WireFormat.WireType.LengthDelimited): Name = input.ReadString(); return true;
            case (2, WireFormat.WireType.LengthDelimited): type = Read<TypeMessage>(input); return true;
            case (3, WireFormat.WireType.LengthDelimited): documentation = input.ReadString(); return true;
            default: return false;
        }
    }

    private protected override void Write(FieldWriter writer)
    {
        writer.Text(1, Name);
        writer.Message(2, type);
        writer.OptionalText(3, documentation);
    }

    private sealed class TypeMessage : OnnxMessage
    {
        public TensorMessage? Tensor { get; set; }

        private protected override bool TryRead(int field, WireFormat.WireType wire, CodedInputStream input)
        {
            if ((field, wire) is not (1, WireFormat.WireType.LengthDelimited))
            {
                return false;
            }

            Tensor = Read<TensorMessage>(input);
            return true;
        }

        private protected override void Write(FieldWriter writer) => writer.Message(1, Tensor);
    }

    private sealed class TensorMessage : OnnxMessage
    {
        public ElementType Type { get; set; }

        public ShapeMessage? Shape { get; set; }

        private protected override bool TryRead(int field, WireFormat.WireType wire, CodedInputStream input)
        {
            switch ((field, wire))
            {
                case (1, WireFormat.WireType.Varint): Type = (ElementType)input.ReadInt32(); return true;
                case (2, WireFormat.WireType.LengthDelimited): Shape = Read<ShapeMessage>(input); return true;
                default: return false;
            }
        }

        private protected override void Write(FieldWriter writer)
        {
            writer.Number(1, (long)Type);
            writer.Message(2, Shape);
        }
    }

    private sealed class ShapeMessage : OnnxMessage
    {
        public List<DimensionMessage> Dimensions { get; } = [];

        private protected override bool TryRead(int field, WireFormat.WireType wire, CodedInputStream input)
        {
            if ((field, wire) is not (1, WireFormat.WireType.LengthDelimited))
            {
                return false;
            }

            Dimensions.Add(Read<DimensionMessage>(input));
            return true;
        }

        private protected override void Write(FieldWriter writer) => writer.Messages(1, Dimensions);
    }

    private sealed class DimensionMessage : OnnxMessage
    {
        public OnnxDimension Value { get; set; } = new(null, "");

        private protected override bool TryRead(int field, WireFormat.WireType wire, CodedInputStream input)
        {
            switch ((field, wire))
            {
                case (1, WireFormat.WireType.Varint): Value = input.ReadInt64(); return true;
                case (2, WireFormat.WireType.LengthDelimited): Value = input.ReadString(); return true;
                default: return false;
            }
        }

        private protected override void Write(FieldWriter writer)
        {
            if (Value.Size is { } size)
            {
                writer.Number(1, size);
            }
            else
            {
                writer.OptionalText(2, Value.Name);
            }
        }
    }
}
