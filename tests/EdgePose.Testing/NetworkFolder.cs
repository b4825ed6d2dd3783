using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgePose.Inference;

namespace EdgePose.Testing;

/// <summary>A fresh folder with a network and its manifest, removed at the end.</summary>
internal sealed class NetworkFolder : IDisposable
{
    public NetworkFolder(byte[]? onnx = null, Action<JsonObject>? change = null)
    {
        Folder = Directory.CreateTempSubdirectory("edgepose-network-").FullName;
        byte[] bytes = onnx ?? Small().ToArray();
        File.WriteAllBytes(Onnx, bytes);
        JsonObject manifest = JsonNode.Parse($$"""
            {
              "id": "small", "file": "small.onnx", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}", "licence": "Apache-2.0",
              "trainingData": "none", "card": "small.md", "skeleton": "coco-18", "stridePx": 8,
              "input": { "name": "image", "layout": "NCHW", "channels": "BGR", "normalisation": "inside", "multipleOf": 8 },
              "exits": [ { "name": "only", "heatmaps": "heat", "pafs": "paf" } ]
            }
            """)!.AsObject();
        change?.Invoke(manifest);
        File.WriteAllText(Path.Combine(Folder, "small.json"), manifest.ToJsonString());
    }

    public static ExecutionOptions Cpu { get; } = new() { Providers = [ExecutionProvider.Cpu], Threads = 1 };

    public string Folder { get; }

    public string Onnx => Path.Combine(Folder, "small.onnx");

    public string Manifest => Path.Combine(Folder, "small.json");

    /// <summary>The network that the manifest tells the truth about: 19 heatmaps, 38 PAFs, stride 8.</summary>
    public static OnnxWriter Small(float weight = 1f) => new OnnxWriter(8, weight).Input("image", -1, 3, -1, -1).Output("heat", 19).Output("paf", 38);

    /// <summary>The shipped network's manifest.</summary>
    public static string Shipped()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "models", "edgepose-v0.json");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("models/edgepose-v0.json is above no folder of the test assembly.");
    }

    public PoseNetwork Open(NetworkShape? shape = null, string? exit = null, NetworkShape? views = null) =>
        PoseNetwork.Open(NetworkManifest.Load(Manifest), shape ?? new NetworkShape(16, 24, 2), Cpu, exit, views: views);

    /// <summary>The one line that opening it fails with.</summary>
    public string Fault()
    {
        NetworkException exception = Assert.Throws<NetworkException>(() => Open().Dispose());
        string fault = Assert.Single(exception.Faults);
        Assert.DoesNotContain('\n', fault);
        return fault;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
