using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EdgePose.Compression.Graphs;

/// <summary>Values in, values out.</summary>
public sealed partial class OnnxTensor
{
    /// <summary>Number of values.</summary>
    public int Count => Sizes.IsEmpty ? 1 : (int)Sizes.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>A tensor of 32-bit floats.</summary>
    /// <param name="name">Its name, or empty inside an attribute.</param>
    /// <param name="sizes">Size of each dimension; none for a scalar.</param>
    /// <param name="values">Row-major.</param>
    /// <exception cref="ArgumentException">The values do not fill the sizes.</exception>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> sizes, ReadOnlySpan<float> values) => Make(name, ElementType.Float, sizes, MemoryMarshal.AsBytes(values));

    /// <summary>A tensor of 16-bit floats; as the 32-bit one.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> sizes, ReadOnlySpan<Half> values) => Make(name, ElementType.Float16, sizes, MemoryMarshal.AsBytes(values));

    /// <summary>A tensor of 64-bit whole numbers; as the 32-bit float one.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> sizes, ReadOnlySpan<long> values) => Make(name, ElementType.Int64, sizes, MemoryMarshal.AsBytes(values));

    /// <summary>A tensor of 32-bit whole numbers; as the 32-bit float one.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> sizes, ReadOnlySpan<int> values) => Make(name, ElementType.Int32, sizes, MemoryMarshal.AsBytes(values));

    /// <summary>A tensor of signed bytes; as the 32-bit float one.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> sizes, ReadOnlySpan<sbyte> values) => Make(name, ElementType.Int8, sizes, MemoryMarshal.AsBytes(values));

    /// <summary>A tensor of unsigned bytes; as the 32-bit float one.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<long> sizes, ReadOnlySpan<byte> values) => Make(name, ElementType.UInt8, sizes, values);

    /// <summary>A scalar.</summary>
    public static OnnxTensor Scalar(string name, float value) => Of(name, [], [value]);

    /// <summary>The same values under another name; the bytes are shared, which is safe because they are never changed in place.</summary>
    public OnnxTensor Renamed(string name) => new() { Name = name, Type = Type, Sizes = Sizes, Raw = Raw, documentation = documentation };

    /// <summary>The same values in another shape of as many values.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of values.</exception>
    public OnnxTensor Reshaped(ReadOnlySpan<long> sizes) => Make(Name, Type, sizes, Raw.Span);

    /// <summary>The values as 32-bit floats (halves are widened, doubles rounded).</summary>
    /// <exception cref="InvalidOperationException">It holds whole numbers.</exception>
    public float[] ToFloats()
    {
        switch (Type)
        {
            case ElementType.Float:
                return MemoryMarshal.Cast<byte, float>(Raw.Span).ToArray();
            case ElementType.Float16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(Raw.Span);
                var values = new float[halves.Length];
                System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(halves, values);
                return values;
            case ElementType.Double:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, double>(Raw.Span).ToArray(), value => (float)value);
            default:
                throw new InvalidOperationException($"The tensor '{Name}' holds {Type}, no real numbers.");
        }
    }

    /// <summary>The values as whole numbers.</summary>
    /// <exception cref="InvalidOperationException">It holds real numbers.</exception>
    public long[] ToLongs() => Type switch
    {
        ElementType.Int64 => MemoryMarshal.Cast<byte, long>(Raw.Span).ToArray(),
        ElementType.Int32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(Raw.Span).ToArray(), value => (long)value),
        ElementType.Int8 => Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(Raw.Span).ToArray(), value => (long)value),
        ElementType.UInt8 or ElementType.Bool => Array.ConvertAll(Raw.ToArray(), value => (long)value),
        _ => throw new InvalidOperationException($"The tensor '{Name}' holds {Type}, which is not read as whole numbers."),
    };

    private static OnnxTensor Make(string name, ElementType type, ReadOnlySpan<long> sizes, ReadOnlySpan<byte> raw)
    {
        long count = 1;
        foreach (long size in sizes)
        {
            count = checked(count * size);
        }

        return count * type.Bytes() == raw.Length
            ? new OnnxTensor { Name = name, Type = type, Sizes = ImmutableArray.Create(sizes), Raw = raw.ToArray() }
            : throw new ArgumentException($"'{name}': {raw.Length} bytes of {type} do not fill {string.Join(" x ", sizes.ToArray())}.", nameof(raw));
    }
}
