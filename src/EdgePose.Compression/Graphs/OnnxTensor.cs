using System.Buffers.Binary;
using System.Collections.Immutable;
using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>
/// A constant tensor: a weight, or the value of an attribute. Whatever form the file had it in (raw bytes, or one of the typed lists), it is held as raw bytes.
/// </summary>
public sealed partial class OnnxTensor : OnnxMessage
{
    private readonly List<long> readSizes = [];
    private readonly List<long> readNumbers = [];
    private readonly List<ByteString> readReals = [];
    private bool readRaw;
    private string documentation = "";

    /// <summary>Its name in the graph; empty inside an attribute.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it holds.</summary>
    public ElementType Type { get; private set; }

    /// <summary>Size of each dimension; none for a scalar.</summary>
    public ImmutableArray<long> Sizes { get; private set; } = [];

    /// <summary>The values, row-major, little-endian.</summary>
    public ReadOnlyMemory<byte> Raw { get; private set; }

    /// <summary>What is wrong with a tensor that was read, or null: sizes that overflow, or values that do not fill them.</summary>
    internal string? Fault()
    {
        long count = 1;
        foreach (long size in Sizes)
        {
            // Products up to 2^31 values are far above any network of the family, and their byte counts cannot overflow.
            if (size < 0 || size > int.MaxValue || (count *= size) > int.MaxValue)
            {
                return $"its shape {string.Join(" x ", Sizes)} is absurd";
            }
        }

        int bytes = Type.Bytes();
        return bytes == 0 ? $"its element type {(int)Type} is not supported (supported are floats, whole numbers and booleans)"
            : (readReals.Count > 0 || readNumbers.Count > 0) && readRaw ? "it holds its values twice"
            : Raw.Length != count * bytes ? $"its shape {string.Join(" x ", Sizes)} wants {count * bytes:N0} bytes of {Type}, but it holds {Raw.Length:N0}"
            : null;
    }

    private protected override bool TryRead(int field, WireFormat.WireType type, CodedInputStream input)
    {
        switch ((field, type))
        {
            case (1, WireFormat.WireType.Varint or WireFormat.WireType.LengthDelimited):
                ReadNumbers(type, input, readSizes);
                return true;
            case (2, WireFormat.WireType.Varint):
                Type = (ElementType)input.ReadInt32();
                return true;
            case (4 or 10, WireFormat.WireType.LengthDelimited): // float_data, double_data: packed, they lie as raw bytes do
                readReals.Add(input.ReadBytes()); // joined once, when all are there: a hostile file may have a list in many thousands of parts
                return true;
            case (5 or 7 or 11, WireFormat.WireType.Varint or WireFormat.WireType.LengthDelimited): // int32_data, int64_data, uint64_data
                ReadNumbers(type, input, readNumbers);
                return true;
            case (8, WireFormat.WireType.LengthDelimited):
                Name = input.ReadString();
                return true;
            case (9, WireFormat.WireType.LengthDelimited):
                Raw = input.ReadBytes().Memory;
                readRaw = true;
                return true;
            case (12, WireFormat.WireType.LengthDelimited):
                documentation = input.ReadString();
                return true;
            default:
                return false;
        }
    }

    private protected override void WholeRead()
    {
        Sizes = [.. readSizes];
        if (!readRaw && readReals.Count > 0)
        {
            Raw = Joined(readReals);
        }
        else if (!readRaw && readNumbers.Count > 0 && Type.Bytes() is var bytes and > 0)
        {
            // Halves lie in int32_data by their bits, as whole numbers do: the low bytes are the value.
            var raw = new byte[readNumbers.Count * bytes];
            Span<byte> wide = stackalloc byte[sizeof(long)];
            for (int i = 0; i < readNumbers.Count; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(wide, readNumbers[i]);
                wide[..bytes].CopyTo(raw.AsSpan(i * bytes));
            }

            Raw = raw;
        }
    }

    private static ReadOnlyMemory<byte> Joined(List<ByteString> parts)
    {
        if (parts is [var only])
        {
            return only.Memory;
        }

        var whole = new byte[parts.Sum(part => part.Length)]; // all are parts of one file, which is below 2 GB
        int at = 0;
        foreach (ByteString part in parts)
        {
            part.Span.CopyTo(whole.AsSpan(at));
            at += part.Length;
        }

        return whole;
    }

    private protected override void Write(FieldWriter writer)
    {
        writer.Numbers(1, Sizes);
        writer.Number(2, (long)Type);
        writer.OptionalText(8, Name);
        writer.Bytes(9, Raw);
        writer.OptionalText(12, documentation);
    }
}
