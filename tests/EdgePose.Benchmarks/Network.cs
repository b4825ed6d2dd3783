using System.Globalization;
using System.Security.Cryptography;
using EdgePose.Compression.Comparison;
using EdgePose.Compression.Evaluation;
using EdgePose.Inference;

namespace EdgePose.Benchmarks;

/// <summary>The table of `edgepose model compare` for the teacher, where it is on this machine, and every network in models/.</summary>
internal static class Network
{
    /// <summary>Arguments: the number of pictures for AP (0 for none, all when left out), then the rounds (15).</summary>
    public static int Run(string[] arguments)
    {
        var limit = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : (int?)null;
        var comparison = new NetworkComparison(368, 368, [1, 8], Threads: 0, arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 15);
        var folder = Directory.CreateTempSubdirectory("edgepose-teacher-");
        try
        {
            NetworkManifest[] manifests = [.. Manifests(folder.FullName).Select(NetworkManifest.Load)];
            var machine = MachineFacts.Now();
            var networks = comparison.Run(manifests);
            var accuracy = (string?)null;
            if (limit != 0 && SharedMaterial.Find(TeacherMaps.PicturesPath) is { } pictures)
            {
                var labelled = new LabelledPictures(TeacherMaps.LoadLabels().Take(limit), Path.Combine(pictures, "images"));
                var sizing = InputSizing.OfHeight(comparison.HeightPx);
                networks = [.. networks.Select((network, i) => network with { Ap = new NetworkEvaluator(manifests[i], new() { Sizing = sizing }).Run(labelled).Figures().Ap })];
                accuracy = $"OKS-AP on {labelled.Labels.Images.Count} pictures, {sizing}, single scale";
            }

            Console.WriteLine(ComparisonReport.Of(machine, comparison, manifests, networks, accuracy));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Manifests(string folder)
    {
        if (SharedMaterial.Find(TeacherMaps.NetworkPath) is { } teacher)
        {
            yield return WriteTeacher(teacher, folder);
        }
        else
        {
            Console.WriteLine($"Without the teacher: {SharedMaterial.Missing(TeacherMaps.NetworkPath)}");
        }

        for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, "EdgePose.sln")))
            {
                foreach (var manifest in Directory.EnumerateFiles(Path.Combine(up.FullName, "models"), "*.json").Order(StringComparer.Ordinal))
                {
                    yield return manifest;
                }
            }
        }
    }

    /// <summary>The teacher is never committed, and so has no manifest of its own.</summary>
    private static string WriteTeacher(string onnx, string folder)
    {
        File.Copy(onnx, Path.Combine(folder, "teacher.onnx"));
        var manifest = Path.Combine(folder, "teacher.json");
        File.WriteAllText(manifest, $$"""
            {
              "id": "teacher", "file": "teacher.onnx", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(onnx)))}}",
              "licence": "Apache-2.0", "trainingData": "COCO train2017", "card": "human-pose-estimation-0001, Open Model Zoo", "skeleton": "coco-18", "stridePx": 8,
              "input": { "name": "data", "layout": "NCHW", "channels": "BGR", "normalisation": "inside", "multipleOf": 8 },
              "exits": [ { "name": "refinement", "heatmaps": "Mconv7_stage2_L2", "pafs": "Mconv7_stage2_L1" } ]
            }
            """);
        return manifest;
    }
}
