using System.Collections.Immutable;
using System.Text.Json;

namespace EdgePose.Inference;

/// <summary>Reads a manifest's JSON and collects every fault, unknown keys included, before it gives up.</summary>
internal sealed class NetworkManifestReader(string path)
{
    private readonly List<string> faults = [];

    public NetworkManifest Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = Parse(json);
        var root = new JsonFields(document.RootElement, "", Fault);
        string id = root.Text("id");
        string file = InsideFolder(root.Text("file"), "file");
        string sha256 = root.Text("sha256");
        if (sha256.Length > 0 && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)))
        {
            Fault("sha256", "is not 64 hexadecimal digits; take it from `sha256sum`");
        }

        string licence = root.Text("licence");
        string trainingData = root.Text("trainingData");
        string card = root.Text("card");
        int stridePx = root.Whole("stridePx", 1, 64);
        string skeletonId = root.Text("skeleton");
        Skeleton? skeleton = Skeletons.Find(skeletonId);
        if (skeleton is null && skeletonId.Length > 0)
        {
            Fault("skeleton", $"'{skeletonId}' is unknown; known are {string.Join(", ", Skeletons.All.Select(known => known.Id))}");
        }

        NetworkInput input = ReadInput(root.Object("input"), stridePx);
        ImmutableArray<NetworkExit> exits = ReadExits(root);
        root.RefuseOthers();
        return faults.Count > 0
            ? throw new NetworkException(faults)
            : new NetworkManifest
            {
                Id = id, Path = path, File = file, Sha256 = sha256.ToLowerInvariant(), Licence = licence, TrainingData = trainingData,
                Card = card, Input = input, StridePx = stridePx, Skeleton = skeleton!, Exits = exits,
            };
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            RefuseHalfCharacters(json.Span);
            return document;
        }
        catch (JsonException exception)
        {
            throw new NetworkException(
                $"{path}: the network manifest is not JSON ({NetworkException.FirstLine(exception)}); name the .json file beside the network's .onnx file.",
                exception);
        }
    }

    /// <summary>An escape may be half a surrogate pair, which is found out only when the text is asked for.</summary>
    private void RefuseHalfCharacters(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }
        }
        catch (InvalidOperationException fault)
        {
            throw new NetworkException($"{path}: a text of the network manifest holds an escape that is no character; write the character itself, in UTF-8.", fault);
        }
    }

    private NetworkInput ReadInput(JsonFields fields, int stridePx)
    {
        string name = fields.Text("name");
        fields.OneOf("layout", "NCHW");
        string channels = fields.OneOf("channels", "BGR", "RGB");
        bool inside = fields.OneOf("normalisation", "inside", "outside") == "inside";
        ImmutableArray<float> mean = inside ? [0, 0, 0] : fields.Three("mean");
        ImmutableArray<float> scale = inside ? [1, 1, 1] : fields.Three("scale");
        int multipleOf = fields.Whole("multipleOf", 1, 256);
        if (multipleOf > 0 && stridePx > 0 && multipleOf % stridePx != 0)
        {
            Fault("input.multipleOf", $"{multipleOf} is no multiple of stridePx {stridePx}; the maps would end inside a cell");
        }

        fields.RefuseOthers();
        return new NetworkInput
        {
            Name = name, Channels = channels == "RGB" ? ChannelOrder.Rgb : ChannelOrder.Bgr, NormalisedInside = inside, Mean = mean,
            Scale = scale, MultipleOf = multipleOf,
        };
    }

    private ImmutableArray<NetworkExit> ReadExits(JsonFields root)
    {
        var exits = ImmutableArray.CreateBuilder<NetworkExit>();
        foreach (JsonFields fields in root.Objects("exits"))
        {
            var exit = new NetworkExit(fields.Text("name"), fields.Text("heatmaps"), fields.OptionalText("pafs"));
            fields.RefuseOthers();
            if (exit.Name.Length > 0 && exits.Any(other => other.Name == exit.Name))
            {
                Fault("exits", $"two exits are called '{exit.Name}'; give each its own name");
            }

            exits.Add(exit);
        }

        return exits.ToImmutable();
    }

    /// <summary>A manifest from elsewhere must not make the daemon open a file outside its folder.</summary>
    private string InsideFolder(string name, string key)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            Fault(key, "holds a character that no file name can have");
            return path;
        }

        string folder = Path.GetDirectoryName(path)!;
        string full = Path.GetFullPath(Path.Combine(folder, name));
        if (name.Length > 0 && (Path.IsPathRooted(name) || !full.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal)))
        {
            Fault(key, $"'{name}' leaves the manifest's folder; put the file beside the manifest");
        }

        return full;
    }

    private void Fault(string where, string what) => faults.Add(where.Length == 0 ? $"{path}: {what}." : $"{path}: {where}: {what}.");
}
