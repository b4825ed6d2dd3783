namespace EdgePose.Compression.Graphs;

/// <summary>How far the maps of two networks lie apart on one picture.</summary>
/// <param name="Output">Name of the output (of the second network).</param>
/// <param name="Largest">Largest difference of a cell.</param>
/// <param name="Mean">Mean difference.</param>
/// <param name="Range">Largest value of the first network's maps, by size: what the differences are to be held against.</param>
public sealed record MapDifference(string Output, double Largest, double Mean, double Range)
{
    /// <summary>Runs two networks on one picture.</summary>
    /// <param name="one">The first.</param>
    /// <param name="other">The second.</param>
    /// <param name="outputs">Pairs of outputs: of the first, of the second.</param>
    /// <param name="picture">3 x height x width, as the second takes it.</param>
    /// <param name="heightPx">Height.</param>
    /// <param name="widthPx">Width.</param>
    /// <param name="prepare">What is done to a value before the first network gets it, or null for nothing.</param>
    /// <exception cref="Inference.NetworkException">The runtime refuses a network, or their maps have other sizes.</exception>
    public static IReadOnlyList<MapDifference> Measure(
        OnnxModel one, OnnxModel other, IReadOnlyList<(string One, string Other)> outputs, float[] picture, int heightPx, int widthPx, Converter<float, float>? prepare = null)
    {
        ArgumentNullException.ThrowIfNull(other);
        long[] sizes = [1, 3, heightPx, widthPx];
        using var first = new GraphRunner(GraphRunner.Watching(one, outputs.Select(pair => pair.One)));
        using var second = new GraphRunner(other);
        float[] prepared = prepare is null ? picture : Array.ConvertAll(picture, prepare);
        IReadOnlyDictionary<string, RunOutput> expected = first.Run(prepared, sizes, [.. outputs.Select(pair => pair.One)]);
        IReadOnlyDictionary<string, RunOutput> found = second.Run(picture, sizes, [.. outputs.Select(pair => pair.Other)]);
        return [.. outputs.Select(pair => Of(other.Graph, pair.Other, expected[pair.One], found[pair.Other]))];
    }

    /// <summary>A picture to compare on where none is given: bands, waves and noise over the whole range from 0 to 255, the same every time.</summary>
    public static float[] TestPicture(int heightPx, int widthPx)
    {
        var values = new float[3 * heightPx * widthPx];
        uint state = 12345; // a linear congruential generator with the multiplier of Numerical Recipes
        for (int i = 0; i < values.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            int row = i / widthPx % heightPx, column = i % widthPx;
            values[i] = MathF.Round(Math.Clamp(128 + (70 * MathF.Sin(row * 0.11f)) + (40 * MathF.Cos((row + (2 * column)) * 0.05f)) + ((state >> 27) - 16), 0, 255));
        }

        return values;
    }

    private static MapDifference Of(OnnxGraph graph, string name, RunOutput expected, RunOutput found)
    {
        if (!expected.Sizes.SequenceEqual(found.Sizes))
        {
            throw graph.Fault($"output '{name}'", $"it is {string.Join(" x ", found.Sizes)}, but {string.Join(" x ", expected.Sizes)} in the network that it is compared with");
        }

        double largest = 0, sum = 0, range = 0;
        for (int i = 0; i < expected.Values.Length; i++)
        {
            double difference = Math.Abs(expected.Values[i] - (double)found.Values[i]);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
            sum += difference;
            range = Math.Max(range, Math.Abs(expected.Values[i]));
        }

        return new MapDifference(name, largest, sum / expected.Values.Length, range);
    }
}
