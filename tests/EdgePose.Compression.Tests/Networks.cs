using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Tests;

/// <summary>Networks and pictures that several tests use.</summary>
internal static class Networks
{
    /// <summary>The shipped network's manifest.</summary>
    public static string ShippedManifest => Repository.File("models", "edgepose-v0.json");

    /// <summary>The shipped network.</summary>
    public static OnnxModel Shipped() => OnnxModel.Load(Path.ChangeExtension(ShippedManifest, ".onnx"));

    /// <summary>A smooth picture of noise, 1 x 3 x height x width, 0 to 255: not flat, so that every layer has something to do.</summary>
    public static float[] Picture(int heightPx, int widthPx, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[3 * heightPx * widthPx];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp(128 + (80 * MathF.Sin(i * 0.01f)) + random.Next(-40, 40), 0, 255);
        }

        return values;
    }

    /// <summary>Runs a network on <see cref="Picture"/>.</summary>
    public static IReadOnlyDictionary<string, RunOutput> Run(OnnxModel model, int heightPx, int widthPx, int seed = 1, params string[] outputs)
    {
        using var runner = new GraphRunner(model, threads: 1);
        return runner.Run(Picture(heightPx, widthPx, seed), [1, 3, heightPx, widthPx], outputs);
    }

    /// <summary>The largest difference of two maps.</summary>
    public static float Difference(RunOutput one, RunOutput other)
    {
        Assert.Equal(one.Sizes, other.Sizes);
        return one.Values.Zip(other.Values, (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>A network of one input `image`, to which nodes are added; the last output becomes the graph's.</summary>
    public static OnnxModel Of(params OnnxNode[] nodes)
    {
        OnnxModel model = OnnxModel.Empty("test");
        model.Graph.Inputs.Add(OnnxValue.Of("image", ElementType.Float, "n", 3, "h", "w"));
        foreach (OnnxNode node in nodes)
        {
            model.Graph.Nodes.Add(node);
        }

        model.Graph.Outputs.Add(OnnxValue.Of(nodes[^1].Outputs[0], ElementType.Float, "n", "c", "h", "w"));
        return model;
    }
}
