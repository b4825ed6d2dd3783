using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>Writes fields, or without an output only counts their bytes: a message lists its fields once for both, so the two cannot differ.</summary>
internal sealed class FieldWriter(CodedOutputStream? output)
{
    /// <summary>Bytes counted.</summary>
    public int Size { get; private set; }

    /// <summary>An optional text; an empty one is left out.</summary>
    public void OptionalText(int field, string value)
    {
        if (value.Length > 0)
        {
            Text(field, value);
        }
    }

    public void Text(int field, string value)
    {
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeStringSize(value));
            return;
        }

        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    public void Number(int field, long value)
    {
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeInt64Size(value));
            return;
        }

        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    public void Numbers(int field, IEnumerable<long> values)
    {
        foreach (long value in values)
        {
            Number(field, value);
        }
    }

    public void Real(int field, float value)
    {
        if (output is null)
        {
            Count(field, sizeof(float));
            return;
        }

        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }

    public void Bytes(int field, ReadOnlyMemory<byte> value)
    {
        ByteString bytes = UnsafeByteOperations.UnsafeWrap(value);
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeBytesSize(bytes));
            return;
        }

        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(bytes);
    }

    public void Message(int field, OnnxMessage? value)
    {
        if (value is null)
        {
            return;
        }

        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeMessageSize(value));
            return;
        }

        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteMessage(value);
    }

    public void Messages(int field, IEnumerable<OnnxMessage> values)
    {
        foreach (OnnxMessage value in values)
        {
            Message(field, value);
        }
    }

    private void Count(int field, int bytes) => Size = checked(Size + CodedOutputStream.ComputeTagSize(field) + bytes);
}
