namespace EdgePose.Compression.Graphs;

/// <summary>What a tensor holds. The numbers are ONNX's (TensorProto.DataType); kinds that are not named here are carried along unread.</summary>
public enum ElementType
{
    /// <summary>Not stated.</summary>
    Undefined = 0,

    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>8-bit whole, unsigned.</summary>
    UInt8 = 2,

    /// <summary>8-bit whole, signed.</summary>
    Int8 = 3,

    /// <summary>16-bit whole, unsigned.</summary>
    UInt16 = 4,

    /// <summary>16-bit whole, signed.</summary>
    Int16 = 5,

    /// <summary>32-bit whole, signed.</summary>
    Int32 = 6,

    /// <summary>64-bit whole, signed.</summary>
    Int64 = 7,

    /// <summary>True or false, a byte each.</summary>
    Bool = 9,

    /// <summary>16-bit floating point (IEEE 754 half).</summary>
    Float16 = 10,

    /// <summary>64-bit floating point.</summary>
    Double = 11,

    /// <summary>32-bit whole, unsigned.</summary>
    UInt32 = 12,

    /// <summary>64-bit whole, unsigned.</summary>
    UInt64 = 13,
}

/// <summary>Facts of an <see cref="ElementType"/>.</summary>
public static class ElementTypes
{
    /// <summary>Bytes a value, or 0 for a kind that EdgePose does not read.</summary>
    public static int Bytes(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int64 or ElementType.Double or ElementType.UInt64 => 8,
        _ => 0,
    };

    /// <summary>Whether it is a floating point kind.</summary>
    public static bool IsReal(this ElementType type) => type is ElementType.Float or ElementType.Float16 or ElementType.Double;
}
