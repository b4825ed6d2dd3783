using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation.Tests;

public class NetworkQuantiserTests
{
    /// <summary>Stem, a residual pair, a concat with an output, an output.</summary>
    private static OnnxModel Network()
    {
        var sketch = new Sketch();
        string stem = sketch.Relu(sketch.Conv("image", "stem", 8, 3)), a = sketch.Relu(sketch.Conv(stem, "a", 8, 3)), b = sketch.Relu(sketch.Conv(a, "b", 8, 3));
        string sum = sketch.Add("sum", a, b), depthwise = sketch.Relu(sketch.Conv(sum, "depthwise", 8, 3, group: 8)), maps = sketch.Conv(depthwise, "maps", 2);
        string joined = sketch.Relu(sketch.Conv(sketch.Concat("both", maps, depthwise), "joined", 8));
        return sketch.End(maps, sketch.Conv(sketch.Relu(sketch.Conv(joined, "late", 8)), "maps2", 2));
    }

    [Fact]
    public void Stem_outputs_and_readers_of_a_concat_stay_in_floating_point_with_the_reason()
    {
        var quantiser = new NetworkQuantiser(Network(), Sketch.Pictures(), new QuantiseOptions { Keep = ["b"] });
        Assert.Equal(
            new KeptLayer[] { new("stem", "is the stem"), new("b", "asked for"), new("maps", "makes an output"), new("joined", "reads a concat"), new("maps2", "makes an output") }, quantiser.Kept);
        Assert.Equal(["a", "depthwise", "late"], quantiser.Layers);
    }

    [Theory]
    [InlineData(QuantisationTarget.Cpu, RangeMethod.Max)]
    [InlineData(QuantisationTarget.Cpu, RangeMethod.Percentile)]
    [InlineData(QuantisationTarget.TensorRt, RangeMethod.Max)]
    public void Maps_stay_close_and_keep_their_names(QuantisationTarget target, RangeMethod method)
    {
        if (target == QuantisationTarget.TensorRt)
        {
            Processor.NeedVnni();
        }

        OnnxModel model = Network();
        CalibrationPictures pictures = Sketch.Pictures(4);
        foreach (bool keepFamilys in (bool[])[true, false])
        {
            var quantiser = new NetworkQuantiser(model, pictures, new QuantiseOptions { Target = target, Method = method, KeepFamilys = keepFamilys });
            OnnxModel quantised = quantiser.With(quantiser.Layers);
            Assert.Equal(keepFamilys ? 4 : 8, quantiser.Layers.Count);
            IReadOnlyList<MapError> errors = MapError.Measure(MapError.MapsOf(model, pictures), quantised, pictures);
            Assert.Equal(["maps", "maps2"], errors.Select(error => error.Output));
            Assert.All(errors, error => Assert.InRange(error.Relative, 1e-9, 0.02));
        }
    }

    [Fact]
    public void The_runtime_joins_the_pairs_to_integer_convolutions()
    {
        OnnxModel model = Network();
        var quantiser = new NetworkQuantiser(model, Sketch.Pictures(), new QuantiseOptions());
        Dictionary<string, int> operators = OptimisedOperators.Of(quantiser.With(quantiser.Layers));
        Assert.Equal(4, operators["QLinearConv"]);
        Assert.Equal(1, operators["QLinearAdd"]);
        Assert.Equal(4, operators.Where(pair => pair.Key is "Conv" or "FusedConv").Sum(pair => pair.Value));
    }

    [Fact]
    public void With_no_layer_it_is_the_network_itself()
    {
        OnnxModel model = Network();
        Assert.InRange(Sketch.Difference(model, new NetworkQuantiser(model, Sketch.Pictures(), new QuantiseOptions()).With([])), 0, 1e-4f);
    }

    [Fact]
    public void Weights_are_signed_symmetric_and_scaled_by_channel()
    {
        var sketch = new Sketch();
        OnnxModel model = sketch.End(sketch.Conv("image", "out", 2, weights: [1.27f, -0.5f, 0, 0.0127f, 0.005f, -0.0127f], biased: false));
        OnnxModel quantised = new NetworkQuantiser(model, Sketch.Pictures(), new QuantiseOptions { KeepFamilys = false }).With(["out"]);
        Assert.Equal([127, -50, 0, 127, 50, -127], quantised.Graph.Initializers["out.weight_int8"].ToLongs());
        Assert.Equal([0.01f, 0.0001f], quantised.Graph.Initializers["out.weight_scale"].ToFloats());
    }

    [Fact]
    public void A_quantised_network_and_an_unknown_layer_are_refused()
    {
        OnnxModel model = Network();
        OnnxModel quantised = new NetworkQuantiser(model, Sketch.Pictures(), new QuantiseOptions()).With(["a"]);
        Assert.Contains("quantised already", Refusal(quantised, new QuantiseOptions()), StringComparison.Ordinal);
        Assert.Contains("--keep c: there is no such convolution; there are stem, a, b", Refusal(model, new QuantiseOptions { Keep = ["c"] }), StringComparison.Ordinal);
    }

    private static string Refusal(OnnxModel model, QuantiseOptions options) =>
        Assert.Throws<NetworkException>(() => new NetworkQuantiser(model, Sketch.Pictures(), options)).Message;
}
