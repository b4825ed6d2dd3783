using System.Buffers.Binary;

namespace EdgePose.Inference;

/// <summary>
/// Walks the protobuf form of an ONNX file without building it. It checks that the file is whole and has a graph. It finds tensors outside the file, and nodes that hold a graph.
/// External data is refused because the sha256 would not cover it, and because its paths may lead anywhere; control flow because nothing bounds how long it runs. No network of the family has either.
/// Source of the field numbers: onnx.proto of the ONNX specification; of the encoding: the protobuf wire format.
/// </summary>
internal static class OnnxScan
{
    private const int MaxDepth = 32;

    /// <summary>The largest network of the family has some 7,000 fields in 8 bits, and others have 18,000. A file of many more could exhaust the memory.</summary>
    private const int MaxFields = 100_000;

    private enum Kind
    {
        Model, Graph, Node, Attribute, Tensor, SparseTensor, Function, Leaf,
    }

    /// <summary>What is wrong, with the remedy, or null.</summary>
    public static string? Fault(ReadOnlySpan<byte> bytes)
    {
        bool hasGraph = false;
        int fields = 0;
        string? fault = bytes.IsEmpty ? "the file is empty; copy the network again" : Walk(bytes, Kind.Model, 0, ref hasGraph, ref fields);
        return fault ?? (hasGraph ? null : "this is not an ONNX network (it holds no graph); name the network's .onnx file in the manifest");
    }

    private static string? Walk(ReadOnlySpan<byte> bytes, Kind kind, int depth, ref bool hasGraph, ref int fields)
    {
        const string Broken = "this is not an ONNX network, or it is cut short; copy the network's .onnx file again";
        while (!bytes.IsEmpty)
        {
            if (depth > MaxDepth || !TryReadField(ref bytes, out int field, out ulong value, out ReadOnlySpan<byte> content))
            {
                return Broken;
            }

            if (++fields > MaxFields)
            {
                return $"the file has more than {MaxFields:N0} fields; this is no network of the family: name another file";
            }

            if (kind == Kind.Tensor && (field == 13 || (field == 14 && value == 1)))
            {
                return "the network keeps weights in another file (external data), which its sha256 does not cover; save it as one file";
            }

            if (kind == Kind.Attribute && field is (6 or 11))
            {
                return "a node holds a graph of its own (If, Loop or Scan), which may run without end; export the network without control flow";
            }

            Kind inner = InnerKind(kind, field);
            hasGraph |= inner == Kind.Graph;
            if (inner != Kind.Leaf && Walk(content, inner, depth + 1, ref hasGraph, ref fields) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static Kind InnerKind(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Graph, 1) or (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 15) => Kind.SparseTensor,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 22 or 23) => Kind.SparseTensor,
        (Kind.SparseTensor, 1 or 2) => Kind.Tensor,
        _ => Kind.Leaf,
    };

    private static bool TryReadField(ref ReadOnlySpan<byte> bytes, out int field, out ulong value, out ReadOnlySpan<byte> content)
    {
        field = 0;
        value = 0;
        content = default;
        if (!TryReadVarint(ref bytes, out ulong tag) || tag >> 3 is 0 or > 0x1FFFFFFF)
        {
            return false;
        }

        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                return TryReadVarint(ref bytes, out value);
            case 1 when bytes.Length >= 8:
                value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                bytes = bytes[8..];
                return true;
            case 2 when TryReadVarint(ref bytes, out ulong length) && length <= (ulong)bytes.Length:
                content = bytes[..(int)length];
                bytes = bytes[(int)length..];
                return true;
            case 5 when bytes.Length >= 4:
                value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                bytes = bytes[4..];
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
