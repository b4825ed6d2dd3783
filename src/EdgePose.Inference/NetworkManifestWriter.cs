using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgePose.Inference;

/// <summary>Writes a manifest in the form that <see cref="NetworkManifestReader"/> reads.</summary>
internal static class NetworkManifestWriter
{
    // Cards and licences are read by people: an apostrophe stays one. The file is never put into a page.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(NetworkManifest manifest)
    {
        NetworkInput input = manifest.Input;
        var inputJson = new JsonObject
        {
            ["name"] = input.Name,
            ["layout"] = "NCHW",
            ["channels"] = input.Channels == ChannelOrder.Rgb ? "RGB" : "BGR",
            ["normalisation"] = input.NormalisedInside ? "inside" : "outside",
        };
        if (!input.NormalisedInside)
        {
            inputJson["mean"] = new JsonArray([.. input.Mean.Select(value => JsonValue.Create(value))]);
            inputJson["scale"] = new JsonArray([.. input.Scale.Select(value => JsonValue.Create(value))]);
        }

        inputJson["multipleOf"] = input.MultipleOf;
        var json = new JsonObject
        {
            ["id"] = manifest.Id,
            ["file"] = Path.GetRelativePath(Path.GetDirectoryName(manifest.Path)!, manifest.File),
            ["sha256"] = manifest.Sha256,
            ["licence"] = manifest.Licence,
            ["trainingData"] = manifest.TrainingData,
            ["card"] = manifest.Card,
            ["skeleton"] = manifest.Skeleton.Id,
            ["stridePx"] = manifest.StridePx,
            ["input"] = inputJson,
            ["exits"] = new JsonArray([.. manifest.Exits.Select(Exit)]),
        };
        return json.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Exit(NetworkExit exit)
    {
        var json = new JsonObject { ["name"] = exit.Name, ["heatmaps"] = exit.Heatmaps };
        if (exit.Pafs is not null)
        {
            json["pafs"] = exit.Pafs;
        }

        return json;
    }
}
