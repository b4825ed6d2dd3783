using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Family;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Factorisation.Tests;

public class LayerFactoriserTests
{
    private static OnnxModel Network(int kernel, int stride = 1, int dilation = 1)
    {
        var sketch = new Sketch();
        string a = sketch.Relu(sketch.Conv("image", "a", 6)), b = sketch.Relu(sketch.Conv(a, "b", 10, kernel, stride: stride, dilation: dilation));
        return sketch.End(sketch.Conv(b, "out", 2));
    }

    public static TheoryData<FactorMethod, int, int, int> Everything()
    {
        var data = new TheoryData<FactorMethod, int, int, int>();
        foreach (FactorMethod method in Enum.GetValues<FactorMethod>())
        {
            data.Add(method, 3, 1, 1);
            data.Add(method, 3, 2, 1);
            data.Add(method, 3, 1, 2);
            data.Add(method, 7, 1, 1);
        }

        data.Add(FactorMethod.LowRank, 1, 1, 1);
        return data;
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Full_rank_makes_what_the_layer_made(FactorMethod method, int kernel, int stride, int dilation)
    {
        OnnxModel model = Network(kernel, stride, dilation);
        FactoriseResult result = LayerFactoriser.Factorise(model, new FactoriseOptions { Method = method, Rank = 1000, Layers = ["b"], EvenIfDearer = true });
        Assert.InRange(Assert.Single(result.Layers).Missed, 0, 1e-9);
        Assert.True(result.Model.Graph.Nodes.Count > model.Graph.Nodes.Count);
        Assert.InRange(Sketch.Difference(model, result.Model), 0, 2e-3f); // of maps that reach 100
    }

    [Theory]
    [InlineData(FactorMethod.Separable, "3x3-10 to 3x1-2, 1x3-10")]
    [InlineData(FactorMethod.Tucker, "3x3-10 to 1x1-2, 3x3-2, 1x1-10")]
    [InlineData(FactorMethod.Depthwise, "3x3-10 to 3x3 depthwise x2, 1x1-10")]
    [InlineData(FactorMethod.LowRank, "3x3-10 to 3x3-2, 1x1-10")]
    public void The_rank_that_was_asked_for_is_what_comes_out(FactorMethod method, string what) =>
        Assert.Equal(what, Assert.Single(LayerFactoriser.Factorise(Network(3), new FactoriseOptions { Method = method, Rank = 2, Layers = ["b"] }).Layers).What);

    [Fact]
    public void A_kernel_that_is_a_product_of_rows_and_columns_needs_one_rank()
    {
        // Every filter is (1, 2, 1)' (1, 0, -1) times a factor of its channels that is a product too: one separable term.
        var sketch = new Sketch();
        double[] rows = [1, 2, 1], columns = [1, 0, -1];
        float[] weights = [.. Enumerable.Range(0, 16 * 16 * 9).Select(i => (float)((i / 144 + 1) * 0.01 * (i / 9 % 16 - 7) * 0.1 * rows[i / 3 % 3] * columns[i % 3]))];
        OnnxModel model = sketch.End(sketch.Conv(sketch.Conv(sketch.Conv("image", "a", 16), "b", 16, 3, weights), "out", 2));
        FactoriseResult result = LayerFactoriser.Factorise(model, new FactoriseOptions { Method = FactorMethod.Separable, Rank = 1, Layers = ["b"] });
        Assert.InRange(result.Layers[0].Missed, 0, 1e-9);
        Assert.Equal((16 + 16) * 3, result.Layers[0].ParametersAfter);
        Assert.InRange(Sketch.Difference(model, result.Model), 0, 1e-3f);
    }

    [Theory]
    [InlineData(FactorMethod.Separable)]
    [InlineData(FactorMethod.Tucker)]
    [InlineData(FactorMethod.Depthwise)]
    [InlineData(FactorMethod.LowRank)]
    public void Refitting_brings_the_maps_nearer(FactorMethod method)
    {
        OnnxModel model = Network(3);
        var options = new FactoriseOptions { Method = method, Rank = method == FactorMethod.Depthwise ? 1 : 4, Layers = ["b"], EvenIfDearer = true };
        float plain = Sketch.Difference(model, LayerFactoriser.Factorise(model, options).Model);
        FactoriseResult refitted = LayerFactoriser.Factorise(model, options, Sketch.Pictures(6));
        Assert.True(Sketch.Difference(model, refitted.Model) < plain, $"{Sketch.Difference(model, refitted.Model)} against {plain}");
        Assert.Equal(["a", "b", "out"], refitted.Fits.Select(fit => fit.Layer));
    }

    [Theory]
    [InlineData(FactorMethod.Separable)]
    [InlineData(FactorMethod.Tucker)]
    [InlineData(FactorMethod.Depthwise)]
    public void OpenPoses_7x7_layers_become_cheaper_and_the_rest_stays(FactorMethod method)
    {
        OnnxModel model = NetworkBuilder.Build(References.OpenPose.Narrowed(8), 1);
        FactoriseResult result = LayerFactoriser.Factorise(model, new FactoriseOptions { Method = method, Rank = method == FactorMethod.Depthwise ? 1 : 8, Kernel = 7 });
        Assert.Equal(50, result.Layers.Count); // five stages of two branches of five
        Assert.True(LayerCost.Of(result.Model.Graph, 64, 64).Macs < 0.8 * LayerCost.Of(model.Graph, 64, 64).Macs);
        Assert.Equal(model.Graph.Outputs.Select(output => output.Name), Networks.Run(result.Model, 64, 64).Keys);
    }

    [Fact]
    public void What_would_not_become_cheaper_and_what_is_not_there_is_refused()
    {
        Assert.Contains("would become cheaper", Refusal(new FactoriseOptions { Method = FactorMethod.Separable, Rank = 1000 }), StringComparison.Ordinal);
        Assert.Contains("no convolution has this name; there are a, b, out", Refusal(new FactoriseOptions { Method = FactorMethod.Tucker, Layers = ["x*"] }), StringComparison.Ordinal);
        Assert.Contains("dense, 3x3 or larger", Refusal(new FactoriseOptions { Method = FactorMethod.Depthwise, Layers = ["a"] }), StringComparison.Ordinal);
    }

    private static string Refusal(FactoriseOptions options) => Assert.Throws<NetworkException>(() => LayerFactoriser.Factorise(Network(3), options)).Message;
}
