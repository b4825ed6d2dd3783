using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Graphs.Tests;

public class GraphEditingTests
{
    [Fact]
    public void Keeping_one_output_drops_what_serves_only_the_others_and_changes_no_bit()
    {
        OnnxModel whole = Networks.Shipped(), cut = Networks.Shipped();
        cut.Graph.KeepOutputs(["heat_0", "paf_0"]);
        Assert.True(cut.Graph.Nodes.Count < whole.Graph.Nodes.Count && cut.Graph.Initializers.Count < whole.Graph.Initializers.Count);
        var expected = Networks.Run(whole, 64, 64, 1, "heat_0", "paf_0");
        var found = Networks.Run(cut, 64, 64);
        Assert.Equal(["heat_0", "paf_0"], found.Keys.Order());
        Assert.All(expected, pair => Assert.Equal(0, Networks.Difference(pair.Value, found[pair.Key])));
    }

    [Fact]
    public void An_output_that_is_not_there_is_told_with_those_that_are() =>
        Assert.Contains("there are heat_0, paf_0", Assert.Throws<NetworkException>(() => Networks.Shipped().Graph.KeepOutputs(["heat_9"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Nodes_are_put_into_an_order_in_which_they_can_run()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Relu", "last", ["b"], "c"), OnnxNode.Of("Relu", "middle", ["a"], "b"), OnnxNode.Of("Relu", "first", ["image"], "a"));
        model.Graph.Sort();
        Assert.Equal(["first", "middle", "last"], model.Graph.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void Makers_and_readers_of_each_tensor_are_found()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Relu", "r", ["image"], "a"), OnnxNode.Of("Add", "s", ["a", "a"], "b"), OnnxNode.Of("Mul", "m", ["a", "b"], "c"));
        var links = new GraphLinks(model.Graph);
        Assert.Null(links.Maker("image"));
        Assert.Equal("r", links.Maker("a")!.Name);
        Assert.Equal(["s", "m"], links.Readers("a").Select(node => node.Name));
        Assert.Equal("m", links.OnlyReader("b")!.Name);
        Assert.Null(links.OnlyReader("a"));
        Assert.True(links.IsOutput("c"));
    }

    [Fact]
    public void Constants_and_identities_are_folded_away_and_outputs_keep_their_names()
    {
        OnnxModel model = Networks.Of(
            new OnnxNode { Operator = "Constant", Outputs = { "two" }, Attributes = { OnnxAttribute.Of("value_float", 2f) } },
            OnnxNode.Of("Mul", "m", ["image", "two"], "a"), OnnxNode.Of("Identity", "i", ["a"], "b"), OnnxNode.Of("Relu", "r", ["b"], "c"),
            OnnxNode.Of("Identity", "o", ["c"], "maps"));
        GraphConstants.Fold(model.Graph);
        Assert.Equal(["m", "r", "o"], model.Graph.Nodes.Select(node => node.Name));
        Assert.Equal([2f], model.Graph.Initializers["two"].ToFloats());
        Assert.Equal(2 * Networks.Picture(8, 8)[5], Networks.Run(model, 8, 8)["maps"].Values[5]);
    }

    [Fact]
    public void A_new_name_is_never_one_that_is_taken()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Relu", "", ["image"], "a"));
        Assert.Equal("b", model.Graph.NewName("b"));
        Assert.Equal("a_1", model.Graph.NewName("a"));
        Assert.Equal("image_1", model.Graph.NewName("image"));
    }
}
