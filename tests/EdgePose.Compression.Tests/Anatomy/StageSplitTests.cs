using EdgePose.Compression.Graphs;
using EdgePose.Compression.Tests;

namespace EdgePose.Compression.Anatomy.Tests;

public class StageSplitTests
{
    [Fact]
    public void Exits_of_a_file_without_manifest_are_told_from_what_is_made_from_what()
    {
        IReadOnlyList<StageExit> exits = StageSplit.ExitsOf(Networks.Shipped().Graph);
        Assert.Equal(2, exits.Count);
        Assert.Equal(["heat_0", "paf_0"], exits[0].Outputs.Order());
        Assert.Equal(["heat_1", "paf_1"], exits[1].Outputs.Order());
    }

    [Fact]
    public void The_shipped_network_is_divided_into_features_and_its_two_stages()
    {
        OnnxModel model = Networks.Shipped();
        NetworkAnatomy anatomy = NetworkAnatomy.Of(model.Graph, StageSplit.ExitsOf(model.Graph), 368, 368);
        Assert.Equal(["features", "stage 1", "stage 2"], anatomy.Stages.Select(stage => stage.Name));
        // The card's own figures, counted by the training kit in PyTorch: 1.83 M parameters, 4.01 GMACs.
        Assert.Equal(1.83, Math.Round(anatomy.Total.Parameters / 1e6, 2));
        Assert.Equal(4.01, Math.Round(anatomy.Total.Macs / 1e9, 2));
        Assert.Equal(anatomy.Total, anatomy.Stages.Aggregate(default(LayerCost), (sum, stage) => sum + stage.Cost));
        Assert.Equal(anatomy.Total, anatomy.Stages[^1].UpToHere);
        Assert.Equal(anatomy.Stages[0].Cost + anatomy.Stages[1].Cost, anatomy.Stages[1].UpToHere);
    }

    [Fact]
    public void The_field_of_the_shipped_network_is_measured_as_it_is_computed()
    {
        OnnxModel model = Networks.Shipped();
        foreach (StageSummary stage in NetworkAnatomy.Of(model.Graph, StageSplit.ExitsOf(model.Graph), 368, 368).Stages.Skip(1))
        {
            long computed = stage.Field!.Value.Vertical.SizePx;
            Assert.Equal(computed, ReceptiveFieldProbe.MeasureRowsPx(model, stage.Outputs[0], (int)((computed + 128) / 64 * 64)));
        }
    }

    [Theory]
    [InlineData(3, 1, 1, 1, 3)]
    [InlineData(3, 2, 1, 1, 3)]
    [InlineData(5, 1, 2, 4, 9)]
    [InlineData(2, 2, 1, 0, 2)]
    public void One_window_sees_its_reach(int kernel, int stride, int dilation, int pad, int expected)
    {
        OnnxModel model = Networks.Of(OnnxNode.Of(
            "Conv", "c", ["image", "w"], "maps", OnnxAttribute.Of("strides", stride, stride), OnnxAttribute.Of("dilations", dilation, dilation), OnnxAttribute.Of("pads", pad, pad, pad, pad)));
        model.Graph.Put(OnnxTensor.Of("w", [4, 3, kernel, kernel], new float[12 * kernel * kernel].AsSpan()));
        NetworkAnatomy anatomy = NetworkAnatomy.Of(model.Graph, [new("only", ["maps"])], 64, 64);
        Assert.Equal(expected, anatomy.Stages[0].Field!.Value.Vertical.SizePx);
        Assert.Equal(expected, ReceptiveFieldProbe.MeasureRowsPx(model, "maps", 64));
        Assert.Equal(anatomy.Layers[0].Output.Count * 3 * kernel * kernel, anatomy.Total.Macs);
    }

    [Fact]
    public void Cells_that_share_a_coarser_cell_see_what_it_sees()
    {
        OnnxModel model = Networks.Of(
            OnnxNode.Of("Conv", "c", ["image", "w"], "coarse", OnnxAttribute.Of("strides", 4, 4), OnnxAttribute.Of("pads", 2, 2, 2, 2)),
            OnnxNode.Of("DepthToSpace", "d", ["coarse"], "maps", OnnxAttribute.Of("blocksize", 2), OnnxAttribute.Of("mode", "CRD")));
        model.Graph.Put(OnnxTensor.Of("w", [4, 3, 6, 6], new float[432].AsSpan()));
        FieldAxis field = NetworkAnatomy.Of(model.Graph, [new("only", ["maps"])], 64, 64).Stages[0].Field!.Value.Vertical;
        Assert.Equal(new FieldAxis(-2, 3, 2), field);
        Assert.Equal(field.SizePx, ReceptiveFieldProbe.MeasureRowsPx(model, "maps", 64));
    }

    [Fact]
    public void A_bias_that_is_written_as_an_addition_counts_as_a_parameter()
    {
        OnnxModel model = Networks.Of(OnnxNode.Of("Mul", "n", ["image", "f"], "x"), OnnxNode.Of("Conv", "c", ["x", "w"], "y"), OnnxNode.Of("Add", "b", ["y", "bias"], "maps"));
        model.Graph.Put(OnnxTensor.Of("f", [1, 3, 1, 1], new float[3].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("w", [4, 3, 1, 1], new float[12].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("bias", [1, 4, 1, 1], new float[4].AsSpan()));
        Assert.Equal(16, LayerCost.Of(model.Graph, 8, 8).Parameters);
    }
}
