using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Compression.Anatomy;

namespace EdgePose.Cli.Model;

/// <summary>A network's anatomy as JSON: counts, not rounded; receptive fields in pixels.</summary>
internal static class AnatomyJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(string name, NetworkAnatomy anatomy, IReadOnlyDictionary<string, long> measured)
    {
        var json = new JsonObject
        {
            ["network"] = name,
            ["heightPx"] = anatomy.HeightPx,
            ["widthPx"] = anatomy.WidthPx,
            ["parameters"] = anatomy.Total.Parameters,
            ["macs"] = anatomy.Total.Macs,
            ["stages"] = new JsonArray([.. anatomy.Stages.Select(stage => Stage(stage, measured))]),
            ["layers"] = new JsonArray([.. anatomy.Layers.Select(layer => Layer(layer, anatomy))]),
        };
        return json.ToJsonString(Indented);
    }

    private static JsonObject Stage(StageSummary stage, IReadOnlyDictionary<string, long> measured)
    {
        var json = new JsonObject
        {
            ["name"] = stage.Name,
            ["outputs"] = new JsonArray([.. stage.Outputs.Select(output => JsonValue.Create(output))]),
            ["convolutions"] = stage.Layers,
            ["parameters"] = stage.Cost.Parameters,
            ["macs"] = stage.Cost.Macs,
            ["macsUpToHere"] = stage.UpToHere.Macs,
            ["receptiveFieldPx"] = Field(stage.Field),
        };
        if (measured.TryGetValue(stage.Name, out long rows))
        {
            json["measuredRowsPx"] = rows;
        }

        return json;
    }

    private static JsonObject Layer(Layer layer, NetworkAnatomy anatomy) => new()
    {
        ["name"] = layer.Name,
        ["stage"] = anatomy.Stages[layer.Stage].Name,
        ["kind"] = layer.Kind,
        ["output"] = new JsonArray([.. layer.Output.Sizes.Select(size => JsonValue.Create(size))]),
        ["parameters"] = layer.Cost.Parameters,
        ["macs"] = layer.Cost.Macs,
        ["receptiveFieldPx"] = Field(layer.Field),
    };

    private static JsonArray? Field(ReceptiveField? field) => field is { } known ? new JsonArray(known.Vertical.SizePx, known.Horizontal.SizePx) : null;
}
