using System.Collections.Immutable;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Shapes;

/// <summary>What a tensor holds, and its size in every dimension, for one size of the input.</summary>
/// <param name="Type">Kind of its values.</param>
/// <param name="Sizes">Size of each dimension: N, C, H, W for maps.</param>
public sealed record TensorShape(ElementType Type, ImmutableArray<long> Sizes)
{
    /// <summary>Number of dimensions.</summary>
    public int Rank => Sizes.Length;

    /// <summary>Number of values.</summary>
    public long Count => Sizes.Aggregate(1L, (product, size) => product * size);

    /// <summary>Size of a dimension; 1 where there is none (a scalar is a map of one value).</summary>
    public long this[int index] => index < Rank ? Sizes[index] : 1;

    /// <summary>The same sizes, other values.</summary>
    public TensorShape As(ElementType type) => new(type, Sizes);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" x ", Sizes);

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && Type == other.Type && Sizes.AsSpan().SequenceEqual(other.Sizes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Rank, Count);
}
