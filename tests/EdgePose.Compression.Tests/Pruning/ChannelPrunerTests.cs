using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Family;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Pruning.Tests;

public class ChannelPrunerTests
{
    [Fact]
    public void All_of_its_MACs_leave_the_shipped_network_as_it_is()
    {
        PruneResult result = ChannelPruner.Prune(Networks.Shipped(), Sketch.Pictures(2, 64, 64), new PruneOptions { Macs = 1 });
        Assert.All(result.Widths, width => Assert.Equal(width.Before, width.After));
        Assert.All(result.Fits, fit => Assert.Equal(0, fit.LeftBefore));
        Assert.Equal(0, Sketch.Difference(Networks.Shipped(), result.Model, 64, 64));
    }

    [Fact]
    public void Channels_that_nobody_weighs_go_first_and_nothing_changes()
    {
        var sketch = new Sketch();
        float[] reads = [.. Enumerable.Range(0, 2 * 16).Select(i => i % 2 == 0 ? 0 : 0.1f * (i % 5 + 1))]; // even channels are not read
        OnnxModel model = sketch.End(sketch.Conv(sketch.Relu(sketch.Conv("image", "a", 16, 3)), "out", 2, weights: reads));
        PruneResult result = ChannelPruner.Prune(model, Sketch.Pictures(), new PruneOptions { Macs = 0.5, Refit = false });
        Assert.Equal([new PrunedWidth("a", 16, 8)], result.Widths);
        Assert.Equal(0.5, result.Macs);
        Assert.InRange(Sketch.Difference(model, result.Model), 0, 1e-3f); // maps reach about 100: rounding of sums in another order
    }

    [Fact]
    public void Refitting_recovers_channels_that_others_can_stand_in_for()
    {
        // Channel i + 8 is half of channel i, so the readers can do without it, but only with other weights.
        var sketch = new Sketch();
        float[] colours = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 2, 1, 0];
        string eight = sketch.Conv("image", "eight", 8, weights: colours), relu = sketch.Relu(eight);
        float[] doubled = [.. Enumerable.Range(0, 16 * 8).Select(i => i % 8 != i / 8 % 8 ? 0 : i < 64 ? 1 : 0.5f)];
        OnnxModel model = sketch.End(sketch.Conv(sketch.Conv(relu, "twice", 16, weights: doubled, biased: false), "out", 2));
        var options = new PruneOptions { Macs = 0.6 };
        PruneResult plain = ChannelPruner.Prune(model, Sketch.Pictures(), options with { Refit = false }), refitted = ChannelPruner.Prune(model, Sketch.Pictures(), options);
        Assert.Equal(8, refitted.Widths.Single(width => width.Layers == "twice").After);
        Assert.True(Sketch.Difference(model, plain.Model) > 20 * Sketch.Difference(model, refitted.Model));
    }

    [Fact]
    public void Half_the_shipped_networks_MACs_are_cut_in_eights_and_refitting_helps()
    {
        OnnxModel model = Networks.Shipped();
        var pictures = Sketch.Pictures(4, 96, 96);
        PruneResult result = ChannelPruner.Prune(model, pictures, new PruneOptions { Macs = 0.5 });
        Assert.InRange(result.Macs, 0.40, 0.5);
        Assert.InRange((double)LayerCost.Of(result.Model.Graph, 368, 368).Macs / LayerCost.Of(model.Graph, 368, 368).Macs, 0.40, 0.5);
        Assert.All(result.Widths, width => Assert.Equal(0, width.After % 8));
        Assert.True(result.Fits.Average(fit => fit.LeftAfter) < 0.7 * result.Fits.Average(fit => fit.LeftBefore));
        var maps = Networks.Run(result.Model, 64, 64);
        Assert.Equal([1, 38, 8, 8], maps["paf_1"].Sizes);
        Assert.Equal([1, 19, 8, 8], maps["heat_0"].Sizes);
    }

    [Theory]
    [InlineData("cpm")]
    [InlineData("openpose")]
    [InlineData("lightweight")]
    public void Every_reference_can_be_pruned_and_still_runs(string name)
    {
        OnnxModel model = NetworkBuilder.Build(References.Find(name)!.Narrowed(4), 1);
        PruneResult result = ChannelPruner.Prune(model, Sketch.Pictures(1, 64, 64), new PruneOptions { Macs = 0.6, MinWidth = 4, Multiple = 4, Refit = false });
        Assert.InRange(result.Macs, 0.3, 0.6);
        var shapes = ShapeInference.ForPictures(result.Model.Graph, 1, 64, 64);
        Assert.All(Networks.Run(result.Model, 64, 64), pair => Assert.Equal(shapes[pair.Key].Sizes, pair.Value.Sizes));
    }

    [Fact]
    public void A_constant_that_goes_with_maps_is_cut_with_them()
    {
        var sketch = new Sketch();
        string a = sketch.Conv("image", "a", 16, biased: false);
        string shifted = sketch.Add("shifted", a, sketch.Constant("shift", [.. Enumerable.Range(0, 16).Select(i => 10f * i)]));
        float[] reads = [.. Enumerable.Range(0, 16).Select(i => i < 8 ? 0 : 1f)];
        OnnxModel model = sketch.End(sketch.Conv(shifted, "out", 1, weights: reads));
        PruneResult result = ChannelPruner.Prune(model, Sketch.Pictures(), new PruneOptions { Macs = 0.5, Refit = false });
        Assert.Equal(80, result.Model.Graph.Initializers["shift"].ToFloats()[0]);
        Assert.InRange(Sketch.Difference(model, result.Model), 0, 1e-3f);
    }

    [Fact]
    public void A_budget_that_cannot_be_met_is_refused_with_the_least_that_can() =>
        Assert.Contains("with widths of 8 there are", Refusal(Networks.Shipped(), new PruneOptions { Macs = 0.001 }), StringComparison.Ordinal);

    [Fact]
    public void A_network_of_output_layers_alone_is_refused()
    {
        var sketch = new Sketch();
        Assert.Contains("no channel that could go", Refusal(sketch.End(sketch.Conv("image", "out", 16)), new PruneOptions { Macs = 0.5 }), StringComparison.Ordinal);
    }

    private static string Refusal(OnnxModel model, PruneOptions options) =>
        Assert.Throws<NetworkException>(() => ChannelPruner.Prune(model, Sketch.Pictures(1, 64, 64), options)).Message;
}
