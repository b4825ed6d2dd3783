using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgePose.Compression.Family;

/// <summary>A drawing as JSON, for whoever builds the same network with another tool: the recipe in PyTorch, or a reader's own.</summary>
public static class DrawingJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Towers, stages and branches with every layer; numbers that a layer leaves at their usual value (stride 1, dilation 1, ReLU, bias) are left out.</summary>
    public static string Write(NetworkDrawing drawing)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        return new JsonObject
        {
            ["name"] = drawing.Name,
            ["title"] = drawing.Title,
            ["skeleton"] = drawing.Skeleton.Id,
            ["heatmapChannels"] = drawing.Channels(MapKind.Heatmaps),
            ["pafChannels"] = drawing.Channels(MapKind.Pafs),
            ["mean"] = drawing.Mean,
            ["scale"] = drawing.Scale,
            ["towers"] = new JsonArray([.. drawing.Towers.Select(tower => new JsonObject { ["name"] = tower.Name, ["layers"] = Blocks(tower.Blocks, 0) })]),
            ["stages"] = new JsonArray([.. drawing.Stages.Select(stage => Stage(drawing, stage))]),
        }.ToJsonString(Indented);
    }

    private static JsonObject Stage(NetworkDrawing drawing, Stage stage) => new()
    {
        ["exit"] = stage.Exit,
        ["tower"] = stage.Tower,
        ["adapter"] = Blocks(stage.Adapter, 0),
        ["joins"] = stage.FeaturesFirst ? "features, maps before" : "maps before, features",
        ["trunk"] = Blocks(stage.Trunk, 0),
        ["branches"] = new JsonArray(
        [
            .. stage.Branches.Select(branch => new JsonObject
            {
                ["maps"] = branch.Kind == MapKind.Heatmaps ? "heatmaps" : "pafs", ["layers"] = Blocks(branch.Blocks, drawing.Channels(branch.Kind)),
            }),
        ]),
    };

    private static JsonArray Blocks(ImmutableArray<Block> blocks, int headChannels) => new([.. blocks.Select(block => One(block, headChannels))]);

    private static JsonObject One(Block block, int headChannels) => block switch
    {
        Convolution convolution => Convolution(convolution, headChannels),
        Pooling pooling => new JsonObject { ["layer"] = "max pool", ["kernel"] = pooling.Size },
        Residual residual => new JsonObject { ["layer"] = "residual", ["layers"] = Blocks(residual.Blocks, 0) },
        _ => throw new ArgumentException($"{block} has no form in JSON.", nameof(block)),
    };

    private static JsonObject Convolution(Convolution block, int headChannels)
    {
        var json = new JsonObject { ["layer"] = block.Depthwise ? "depthwise" : "convolution", ["kernel"] = block.Kernel };
        if (!block.Depthwise)
        {
            json["channels"] = block.Channels > 0 ? block.Channels : headChannels;
        }

        if (block.Stride != 1)
        {
            json["stride"] = block.Stride;
        }

        if (block.Dilation != 1)
        {
            json["dilation"] = block.Dilation;
        }

        if (block.Normalised)
        {
            json["batchNormalisation"] = true;
        }

        if (!block.Biased)
        {
            json["bias"] = false;
        }

        if (block.Activation != Activation.Relu)
        {
            json["activation"] = block.Activation == Activation.Elu ? "elu" : "none";
        }

        return json;
    }
}
