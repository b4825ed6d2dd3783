using EdgePose.Compression.Graphs;
using EdgePose.Compression.Shapes;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Pruning.Tests;

public class ChannelTiesTests
{
    [Fact]
    public void An_addition_ties_the_layers_that_it_adds_up()
    {
        var sketch = new Sketch();
        string a = sketch.Relu(sketch.Conv("image", "a", 4)), b = sketch.Conv(a, "b", 4);
        var ties = Read(sketch.End(sketch.Conv(sketch.Add("sum", a, b), "out", 2)));
        Assert.Equal([("a + b", 4)], Groups(ties));
        Assert.Equal(ties.SetsOf("a"), ties.SetsOf("b"));
    }

    [Fact]
    public void A_concat_lays_channels_end_to_end_and_ties_nothing()
    {
        var sketch = new Sketch();
        string a = sketch.Conv("image", "a", 2), b = sketch.Conv("image", "b", 3);
        var ties = Read(sketch.End(sketch.Conv(sketch.Concat("both", a, b), "out", 2)));
        Assert.Equal([("a", 2), ("b", 3)], Groups(ties));
        Assert.Equal([.. ties.SetsOf("a"), .. ties.SetsOf("b")], ties.SetsOf("both"));
    }

    [Fact]
    public void A_depthwise_convolution_and_an_activation_pass_channels_on()
    {
        var sketch = new Sketch();
        string a = sketch.Relu(sketch.Conv("image", "a", 6));
        var ties = Read(sketch.End(sketch.Conv(sketch.Conv(a, "depthwise", 6, 3, group: 6), "out", 2)));
        Assert.Equal([("a", 6)], Groups(ties));
        Assert.Equal(ties.SetsOf("a"), ties.SetsOf("depthwise"));
    }

    [Fact]
    public void An_output_keeps_its_channels_even_where_a_later_stage_reads_it()
    {
        var sketch = new Sketch();
        string features = sketch.Conv("image", "features", 4), maps = sketch.Conv(features, "maps", 3);
        var ties = Read(sketch.End(maps, sketch.Conv(sketch.Concat("both", maps, features), "maps2", 3)));
        Assert.Equal([("features", 4)], Groups(ties));
    }

    [Fact]
    public void What_meets_an_operator_that_moves_channels_stays()
    {
        var sketch = new Sketch();
        string a = sketch.Conv("image", "a", 4), b = sketch.Conv("image", "b", 4);
        string turned = sketch.Node("Transpose", "turned", 4, [a], OnnxAttribute.Of("perm", 0, 1, 3, 2));
        var ties = Read(sketch.End(sketch.Conv(turned, "c", 2), sketch.Conv(b, "d", 2)));
        Assert.Equal([("b", 4)], Groups(ties));
    }

    [Fact]
    public void The_shipped_network_has_a_width_for_each_layer_but_those_of_its_outputs()
    {
        ChannelTies ties = Read(Networks.Shipped());
        Assert.DoesNotContain(ties.Groups, group => group.Sets.Length is 19 or 38);
        Assert.Equal(30, ties.Groups.Count);
        Assert.Equal(4, ties.Groups.Count(group => group.Name.Contains('+', StringComparison.Ordinal))); // the context block and three refinement blocks are residual
    }

    [Fact]
    public void A_quantised_network_is_refused()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("QuantizeLinear", "q", ["image", "scale", "zero"], "a"), OnnxNode.Of("DequantizeLinear", "d", ["a", "scale", "zero"], "b"));
        model.Graph.Put(OnnxTensor.Scalar("scale", 1));
        model.Graph.Put(OnnxTensor.Of("zero", [], new byte[] { 0 }.AsSpan()));
        Assert.Contains("quantised already", Assert.Throws<NetworkException>(() => Read(model)).Message, StringComparison.Ordinal);
    }

    private static ChannelTies Read(OnnxModel model) => ChannelTies.Of(model.Graph, ShapeInference.ForPictures(model.Graph, 1, 16, 16));

    private static IEnumerable<(string Name, int Width)> Groups(ChannelTies ties) => ties.Groups.Select(group => (group.Name, group.Sets.Length));
}
