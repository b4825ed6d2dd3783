using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EdgePose.Compression.Graphs;

/// <summary>
/// One message of an ONNX file. Each kind lists its fields once for reading and once for writing. Unknown fields are kept and written back, so that a tool never loses what a newer exporter
/// wrote.
/// Source of the field numbers: the ONNX specification (IR.md and its protobuf definition); of the encoding: the protobuf wire format.
/// </summary>
public abstract class OnnxMessage : IMessage
{
    /// <summary>Of one list, in all its parts. A byte of it can become eight in memory; exporters keep large tensors as raw bytes, which cannot grow.</summary>
    private const int MaxPackedBytes = 16 << 20;

    private UnknownFieldSet? unknown;

    MessageDescriptor IMessage.Descriptor => throw new NotSupportedException("These messages are written by hand and have no descriptor.");

    void IMessage.MergeFrom(CodedInputStream input)
    {
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (!TryRead(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag), input))
            {
                unknown = UnknownFieldSet.MergeFieldFrom(unknown, input);
            }
        }

        WholeRead();
    }

    void IMessage.WriteTo(CodedOutputStream output)
    {
        Write(new FieldWriter(output));
        unknown?.WriteTo(output);
    }

    int IMessage.CalculateSize()
    {
        var counter = new FieldWriter(null);
        Write(counter);
        return checked(counter.Size + (unknown?.CalculateSize() ?? 0));
    }

    /// <summary>Reads the field that comes next, or returns false and reads nothing.</summary>
    private protected abstract bool TryRead(int field, WireFormat.WireType type, CodedInputStream input);

    /// <summary>Writes every known field.</summary>
    private protected abstract void Write(FieldWriter writer);

    /// <summary>Called after the last field.</summary>
    private protected virtual void WholeRead()
    {
    }

    /// <summary>Copies the fields that this kind does not know.</summary>
    private protected void TakeUnknownFrom(OnnxMessage other) => unknown = UnknownFieldSet.Clone(other.unknown);

    /// <summary>Reads a message that is a field's value.</summary>
    private protected static T Read<T>(CodedInputStream input)
        where T : OnnxMessage, new()
    {
        var message = new T();
        input.ReadMessage(message);
        return message;
    }

    /// <summary>Reads a repeated whole number in either of its forms: one value, or many packed together.</summary>
    private protected static void ReadNumbers(WireFormat.WireType type, CodedInputStream input, List<long> into)
    {
        if (type == WireFormat.WireType.Varint)
        {
            into.Add(input.ReadInt64());
            return;
        }

        ByteString bytes = input.ReadBytes();
        if (into.Count + bytes.Length > MaxPackedBytes) // a number takes a byte or more: what was read before took at least its count
        {
            throw new InvalidDataException($"a list of whole numbers takes {into.Count + bytes.Length:N0} bytes or more, above {MaxPackedBytes:N0}");
        }

        using CodedInputStream packed = bytes.CreateCodedInput();
        while (!packed.IsAtEnd)
        {
            into.Add(packed.ReadInt64());
        }
    }
}
