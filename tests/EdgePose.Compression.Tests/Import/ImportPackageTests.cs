using EdgePose.Benchmarks;
using EdgePose.Compression.Family;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Import.Tests;

public sealed class ImportPackageTests : IDisposable
{
    private readonly PackageFolder folder = new();

    [Fact]
    public void Human_pose_estimation_0001_is_imported_with_both_stages_and_computes_the_same()
    {
        string? teacher = SharedMaterial.Find("data/teachers/hpe0001.onnx");
        Assert.SkipWhen(teacher is null, SharedMaterial.Missing("data/teachers/hpe0001.onnx"));
        ImportResult result = ImportPackage.Write(folder.Path, teacher, new ImportOptions { Id = "teacher", Licence = "Apache-2.0" });
        Assert.Equal("Lightweight OpenPose", result.Layout.Name);
        Assert.True(result.Layout.NormalisedInside);
        Assert.Equal(["initial", "refinement"], result.Manifest.Exits.Select(exit => exit.Name));
        Assert.All(result.Differences, one => Assert.InRange(one.Largest, 0, 1e-5));
        // The original takes one picture at a time; ours takes two.
        using PoseNetwork network = PoseNetwork.Open(
            NetworkManifest.Load(result.Manifest.Path), new NetworkShape(64, 96, 2), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        network.Run(0, 2);
        Assert.Equal(4_099_480, Anatomy.LayerCost.Of(NetworkPackage.Open(result.Manifest.Path).Model.Graph, 368, 368).Parameters, 20_000.0);
    }

    [Theory]
    [InlineData("openpose", "OpenPose COCO-18", 6)]
    [InlineData("lightweight", "Lightweight OpenPose", 2)]
    public void A_checkpoint_with_foreign_names_fixed_size_and_normalisation_outside_is_imported(string name, string layout, int stages)
    {
        string path = Foreign(name, out OnnxModel foreign);
        ImportResult result = ImportPackage.Write(folder.Path, path, new ImportOptions { Id = "imported" });
        Assert.Equal((layout, stages, false), (result.Layout.Name, result.Layout.Stages.Length, result.Layout.NormalisedInside));
        Assert.Equal(2 * stages, result.Differences.Count);
        Assert.All(result.Differences, one => Assert.InRange(one.Largest, 0, 1e-4));

        // Independent of the importer's own check: the foreign network on a normalised picture against the imported one on the raw picture.
        float[] raw = Networks.Picture(64, 96), normalised = Array.ConvertAll(raw, value => (value / 256) - 0.5f);
        using GraphRunner before = new(foreign), after = new(NetworkPackage.Open(result.Manifest.Path).Model);
        RunOutput expected = before.Run(normalised, [1, 3, 64, 96], "Mconv7_L1")["Mconv7_L1"];
        RunOutput found = after.Run(raw, [1, 3, 64, 96], $"paf_{stages}")[$"paf_{stages}"];
        Assert.InRange(Networks.Difference(expected, found), 0, 1e-4f);
    }

    [Fact]
    public void A_heatmap_only_network_is_refused_with_what_it_has()
    {
        NetworkManifest cpm = folder.Reference("cpm").Manifest;
        string fault = Fault(cpm.File);
        Assert.Contains("38 PAFs and 19 heatmaps", fault, StringComparison.Ordinal);
        Assert.Contains("'heat_6' 1 x 18 x 32 x 32", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_backbone_is_refused_because_its_limb_order_is_not_known()
    {
        OnnxModel model = Networks.Of(Convolution("c", "image", "x", 8), Convolution("h", "x", "heat", 1), Convolution("p", "x", "paf", 1));
        model.Graph.Outputs.Insert(0, OnnxValue.Of("heat", ElementType.Float, "n", 19, "h", "w"));
        model.Graph.Put(OnnxTensor.Of("cw", [16, 3, 8, 8], new float[16 * 192].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("hw", [19, 16, 1, 1], new float[19 * 16].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("pw", [38, 16, 1, 1], new float[38 * 16].AsSpan()));
        string path = Path.Combine(folder.Path, "other.onnx");
        AtomicFile.Write(path, model.ToBytes());
        Assert.Contains("neither Lightweight OpenPose's", Fault(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_networks_are_refused_with_the_reason()
    {
        string? peer = SharedMaterial.Find("data/teachers/tfpose_mbv2small.onnx");
        Assert.SkipWhen(peer is null, SharedMaterial.Missing("data/teachers/tfpose_mbv2small.onnx"));
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(peer)!, "*.onnx").Where(file => !file.EndsWith("hpe0001.onnx", StringComparison.Ordinal)))
        {
            string fault = Fault(file);
            Assert.StartsWith(file + ": ", fault, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', fault);
        }
    }

    public void Dispose() => folder.Dispose();

    private static OnnxNode Convolution(string name, string input, string output, int stride) =>
        OnnxNode.Of("Conv", name, [input, name + "w"], output, OnnxAttribute.Of("strides", stride, stride));

    private string Fault(string path) =>
        Assert.Throws<NetworkException>(() => ImportPackage.Write(folder.Path, path, new ImportOptions { Id = "refused" })).Message;

    /// <summary>A reference as an exporter from elsewhere would write it: last stage's outputs only, other names, one picture of one size, input normalised by the caller.</summary>
    private string Foreign(string name, out OnnxModel model)
    {
        model = folder.Reference(name).Model;
        OnnxGraph graph = model.Graph;
        int last = References.Find(name)!.Stages.Length;
        graph.KeepOutputs([$"paf_{last}", $"heat_{last}"]);
        foreach (OnnxNode node in graph.Nodes.Where(node => node.Is("Sub") || node.Is("Mul")).ToList())
        {
            graph.Redirect(node.Outputs[0], node.Inputs[0]);
            graph.Nodes.Remove(node);
        }

        graph.Redirect("image", "data");
        graph.Inputs[0] = OnnxValue.Of("data", ElementType.Float, 1, 3, 64, 96);
        foreach ((string old, string @new, int channels) in (ReadOnlySpan<(string, string, int)>)[($"paf_{last}", "Mconv7_L1", 38), ($"heat_{last}", "Mconv7_L2", 19)])
        {
            OnnxNode maker = graph.Nodes.Single(node => node.Outputs.Contains(old));
            maker.Outputs[0] = @new;
            graph.Outputs[channels == 38 ? 0 : 1] = OnnxValue.Of(@new, ElementType.Float, 1, channels, 8, 12);
        }

        graph.RemoveDead();
        string path = Path.Combine(folder.Path, "foreign.onnx");
        AtomicFile.Write(path, model.ToBytes());
        return path;
    }
}
