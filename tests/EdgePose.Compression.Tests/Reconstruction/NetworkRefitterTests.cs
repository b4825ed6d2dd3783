using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Tests;

namespace EdgePose.Compression.Reconstruction.Tests;

public class NetworkRefitterTests
{
    [Theory]
    [InlineData(3, 1, 1, 1)]
    [InlineData(3, 1, 2, 1)]
    [InlineData(3, 1, 1, 2)]
    [InlineData(5, 1, 2, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 8, 1, 1)]
    [InlineData(3, 8, 2, 2)]
    public void Spoilt_weights_are_found_again_whatever_the_window(int kernel, int group, int stride, int dilation)
    {
        var sketch = new Sketch();
        string a = sketch.Relu(sketch.Conv("image", "a", 8, 3));
        OnnxModel model = sketch.End(sketch.Conv(a, "out", 8, kernel, null, group, stride, dilation)), spoilt = model.Copy();
        OnnxTensor weights = spoilt.Graph.Initializers["out.weight"];
        spoilt.Graph.Put(OnnxTensor.Of(weights.Name, weights.Sizes.AsSpan(), weights.ToFloats().Select((value, i) => value + (0.2f * MathF.Sin(i))).ToArray().AsSpan()));
        spoilt.Graph.Put(OnnxTensor.Of("out.bias", [8], new float[8].AsSpan()));
        float before = Sketch.Difference(model, spoilt);
        IReadOnlyList<LayerFit> fits = NetworkRefitter.Refit(model, spoilt, Sketch.Pictures(4));
        Assert.Equal(0, fits[0].LeftBefore);
        Assert.True(fits[1].LeftBefore > 0.01 && fits[1].LeftAfter < fits[1].LeftBefore / 1000, $"{fits[1]}");
        Assert.True(Sketch.Difference(model, spoilt) < before / 20);
    }

    [Fact]
    public void A_later_layer_makes_up_for_what_an_earlier_one_does_wrong()
    {
        // "a" is scaled by a half and cannot be seen to be wrong by its own name; "out" doubles its weights.
        var sketch = new Sketch();
        string a = sketch.Conv("image", "a", 4);
        OnnxModel model = sketch.End(sketch.Conv(a, "out", 2)), changed = model.Copy();
        foreach (string name in (string[])["a.weight", "a.bias"])
        {
            OnnxTensor tensor = changed.Graph.Initializers[name];
            changed.Graph.Put(OnnxTensor.Of(name, tensor.Sizes.AsSpan(), Array.ConvertAll(tensor.ToFloats(), value => value / 2).AsSpan()));
        }

        changed.Graph.Nodes[0].Outputs[0] = "half";
        changed.Graph.Nodes[1].Inputs[0] = "half";
        NetworkRefitter.Refit(model, changed, Sketch.Pictures());
        Assert.InRange(Sketch.Difference(model, changed), 0, 0.5f); // of maps that reach 100; the penalty holds the weights back a little
    }

    [Fact]
    public void A_layer_that_sees_nothing_keeps_its_weights_and_gets_the_right_bias()
    {
        var sketch = new Sketch();
        OnnxModel model = sketch.End(sketch.Conv("image", "out", 2, weights: [1, 2, 3, 4, 5, 6])), changed = model.Copy();
        changed.Graph.Put(OnnxTensor.Of("out.bias", [2], new float[] { 7, 7 }.AsSpan()));
        NetworkRefitter.Refit(model, changed, CalibrationPictures.Of([new float[3 * 64]], 8, 8));
        Assert.Equal([1, 2, 3, 4, 5, 6], changed.Graph.Initializers["out.weight"].ToFloats());
        Assert.All(model.Graph.Initializers["out.bias"].ToFloats().Zip(changed.Graph.Initializers["out.bias"].ToFloats()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
