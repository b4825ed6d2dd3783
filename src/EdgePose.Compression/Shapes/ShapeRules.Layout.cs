using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Shapes;

/// <summary>Operators that join, move or stretch maps.</summary>
internal static partial class ShapeRules
{
    private static TensorShape Concat(ShapeQuestion asked)
    {
        TensorShape first = asked.Input(0);
        int axis = asked.Axis(asked.Node.Int("axis", 1), first.Rank);
        long[] sizes = [.. first.Sizes];
        for (int i = 1; i < asked.Node.Inputs.Count; i++)
        {
            TensorShape other = asked.Input(i);
            if (other.Rank != first.Rank || other.Type != first.Type || Enumerable.Range(0, first.Rank).Any(d => d != axis && other[d] != first[d]))
            {
                throw asked.Fault($"{first} and {other} cannot be joined along dimension {axis}");
            }

            sizes[axis] += other[axis];
        }

        return new TensorShape(first.Type, [.. sizes]);
    }

    private static TensorShape Transpose(ShapeQuestion asked)
    {
        TensorShape input = asked.Input(0);
        long[] order = asked.Node.Ints("perm")?.ToArray() ?? [.. Enumerable.Range(0, input.Rank).Reverse().Select(i => (long)i)];
        return order.Order().SequenceEqual(Enumerable.Range(0, input.Rank).Select(i => (long)i))
            ? new TensorShape(input.Type, [.. order.Select(i => input.Sizes[(int)i])])
            : throw asked.Fault($"perm {string.Join(", ", order)} is no order of {input.Rank} dimensions");
    }

    private static TensorShape Pad(ShapeQuestion asked)
    {
        TensorShape input = asked.Input(0);
        IReadOnlyList<long> pads = asked.Has(1) ? Longs(asked, 1) : asked.Node.Ints("pads") ?? [];
        if (pads.Count != 2 * input.Rank || pads.Any(pad => Math.Abs(pad) > 4096) || asked.Has(3))
        {
            throw asked.Fault($"pads {string.Join(", ", pads)} are not two sizes up to 4096 for each of {input.Rank} dimensions");
        }

        return new TensorShape(input.Type, [.. input.Sizes.Select((size, i) => size + pads[i] + pads[i + input.Rank])]);
    }

    /// <summary>Upsample (scales: attribute, or input 1) and Resize (scales: input 1 in operator set 10, input 2 later; or sizes: input 3).</summary>
    private static TensorShape Resize(ShapeQuestion asked)
    {
        TensorShape input = asked.Input(0);
        if (asked.Has(3))
        {
            return new TensorShape(input.Type, [.. Longs(asked, 3)]);
        }

        int at = asked.Node.Is("Resize") && asked.Has(2) ? 2 : 1;
        IReadOnlyList<float> scales = asked.Has(at) ? Floats(asked, at) : asked.Node.Attribute("scales")?.Floats ?? [];
        return scales.Count == input.Rank && scales.All(scale => scale is > 0 and <= 64)
            ? new TensorShape(input.Type, [.. input.Sizes.Select((size, i) => (long)Math.Floor(size * (double)scales[i]))])
            : throw asked.Fault($"scales {string.Join(", ", scales)} are not {input.Rank} numbers above 0 and up to 64");
    }

    /// <summary>Sub-pixel convolution's second half: blocks of channels become blocks of cells.</summary>
    private static TensorShape DepthToSpace(ShapeQuestion asked)
    {
        TensorShape maps = asked.Maps(0);
        return asked.Node.Int("blocksize", 0) is > 0 and <= 64 and var block && maps[1] % (block * block) == 0
            ? new TensorShape(maps.Type, [maps[0], maps[1] / (block * block), maps[2] * block, maps[3] * block])
            : throw asked.Fault($"blocksize {asked.Node.Int("blocksize", 0)} is not 1 to 64 with a square that divides {maps[1]} channels");
    }

    /// <summary>For a graph whose constants were not folded.</summary>
    private static TensorShape Constant(ShapeQuestion asked) =>
        asked.Node.Attribute("value")?.Tensor is { } tensor
            ? new TensorShape(tensor.Type, tensor.Sizes)
            : throw asked.Fault("its value is no tensor; fold the constants first");

    private static long[] Longs(ShapeQuestion asked, int input) =>
        asked.Constant(input) is { Type: ElementType.Int64 or ElementType.Int32 } tensor ? tensor.ToLongs() : throw asked.Fault($"its input {input} must hold whole numbers");

    private static float[] Floats(ShapeQuestion asked, int input) =>
        asked.Constant(input) is { Type: ElementType.Float } tensor ? tensor.ToFloats() : throw asked.Fault($"its input {input} must hold floats");
}
