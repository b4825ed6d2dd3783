using System.Text.Json;
using EdgePose.Cli.Tests;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;

namespace EdgePose.Cli.Model.Tests;

/// <summary>new, info, cut-stages, fold, fp16 and import as a user types them.</summary>
public sealed class ToolCommandTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    [Theory]
    [InlineData("cpm", 0)]
    [InlineData("openpose", 38)]
    [InlineData("lightweight", 38)]
    public void A_reference_is_described_without_being_written(string name, int pafChannels)
    {
        using var description = JsonDocument.Parse(Run("new", name, "--describe", "--out", folder.Path));
        Assert.Equal(name, description.RootElement.GetProperty("name").GetString());
        Assert.Equal(pafChannels, description.RootElement.GetProperty("pafChannels").GetInt32());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_same_seed_writes_the_same_network_and_another_seed_another()
    {
        string Sha(string id, string seed)
        {
            Run("new", "lightweight", "--narrow", "8", "--seed", seed, "--id", id, "--out", folder.Path);
            return NetworkManifest.Load(folder.File(id + ".json")).Sha256;
        }

        string first = Sha("a", "3");
        Run("new", "lightweight", "--narrow", "8", "--seed", "3", "--id", "a", "--out", folder.Path); // written over, whole
        Assert.Equal(first, NetworkManifest.Load(folder.File("a.json")).Sha256);
        Assert.NotEqual(first, Sha("b", "4"));
    }

    [Fact]
    public void Info_tells_every_exit_as_table_and_as_json_and_its_measured_field_is_the_computed_one()
    {
        Run("new", "lightweight", "--narrow", "8", "--id", "a", "--out", folder.Path);
        string table = Run("info", folder.File("a.json"));
        Assert.Contains("GMACs at 368x368", table, StringComparison.Ordinal);
        Assert.Contains("3x3 depthwise", table, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Run("info", folder.File("a.json"), "--json", "--measure", "--size", "64x96"));
        Assert.Equal(64, json.RootElement.GetProperty("heightPx").GetInt32());
        Assert.Equal(96, json.RootElement.GetProperty("widthPx").GetInt32());
        var exits = json.RootElement.GetProperty("stages").EnumerateArray().Where(stage => stage.GetProperty("outputs").GetArrayLength() > 0).ToList();
        Assert.Equal(["initial", "refinement"], exits.Select(exit => exit.GetProperty("name").GetString()));
        Assert.All(exits, exit => Assert.Equal(exit.GetProperty("receptiveFieldPx")[0].GetInt64(), exit.GetProperty("measuredRowsPx").GetInt64()));
    }

    [Fact]
    public void Info_counts_at_a_size_that_the_network_takes_and_tells_it() =>
        Assert.Contains(" GMACs at 380x380", Run("info", Repository.File("models", "edgepose-n.json")), StringComparison.Ordinal);

    [Fact]
    public void A_receptive_field_beyond_all_measure_is_refused_in_a_line()
    {
        const int stride = 4096, dilation = 2048; // 2 x 2048 steps of 4096: a field of 16,777,217 px from 36 weights
        OnnxModel model = OnnxModel.Empty("wide");
        model.Graph.Inputs.Add(OnnxValue.Of("image", ElementType.Float, "n", 3, "h", "w"));
        model.Graph.Put(OnnxTensor.Of("point", [3, 3, 1, 1], new float[9].AsSpan()));
        model.Graph.Put(OnnxTensor.Of("window", [1, 3, 3, 3], new float[27].AsSpan()));
        model.Graph.Nodes.Add(OnnxNode.Of("Conv", "a", ["image", "point"], "few", OnnxAttribute.Of("strides", stride, stride)));
        model.Graph.Nodes.Add(OnnxNode.Of(
            "Conv", "b", ["few", "window"], "maps", OnnxAttribute.Of("dilations", dilation, dilation), OnnxAttribute.Of("pads", dilation, dilation, dilation, dilation)));
        model.Graph.Outputs.Add(OnnxValue.Of("maps", ElementType.Float, "n", "c", "h", "w"));
        File.WriteAllBytes(folder.File("wide.onnx"), model.ToBytes());
        Assert.Contains("16777217", Run("info", folder.File("wide.onnx")), StringComparison.Ordinal);
        var (exitCode, _, error) = CommandLine.Run("model", "info", folder.File("wide.onnx"), "--measure");
        Assert.Equal(66, exitCode);
        Assert.Contains("at most", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_for_each_exit_is_folded_and_halved()
    {
        Run("new", "lightweight", "--narrow", "8", "--id", "a", "--out", folder.Path);
        Run("cut-stages", folder.File("a.json"), "--all", "--out", folder.Path);
        string[] written = ["a-initial", "a-refinement"];
        Assert.All(written, id => Assert.Single(NetworkManifest.Load(folder.File(id + ".json")).Exits));
        Run("fold", folder.File("a-initial.json"), "--id", "b", "--out", folder.Path);
        Assert.DoesNotContain("batch norm", Run("info", folder.File("b.json")), StringComparison.Ordinal);
        string told = Run("fp16", folder.File("b.json"), "--id", "c", "--out", folder.Path);
        Assert.Contains("largest difference", told, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(folder.File("c.onnx")).Length, 1, new FileInfo(folder.File("b.onnx")).Length * 0.6);
        string card = File.ReadAllText(folder.File("c.md"));
        Assert.All((string[])["model new", "model cut-stages", "model fold", "model fp16"], step => Assert.Contains(step, card, StringComparison.Ordinal));
    }

    [Fact]
    public void A_teacher_from_elsewhere_is_imported_and_gives_the_same_maps()
    {
        string teacher = Repository.File("..", "shared", "data", "teachers", "hpe0001.onnx");
        Assert.SkipUnless(File.Exists(teacher), "shared/data/teachers/hpe0001.onnx is missing here");
        string told = Run("import", teacher, "--id", "t", "--licence", "Apache-2.0", "--training-data", "COCO", "--out", folder.Path);
        Assert.Contains("2 stage(s)", told, StringComparison.Ordinal);
        var manifest = NetworkManifest.Load(folder.File("t.json"));
        Assert.Equal(["initial", "refinement"], manifest.Exits.Select(exit => exit.Name));
        Assert.Equal("Apache-2.0", manifest.Licence);
    }

    [Theory]
    [InlineData("Argument 'resnet'", "new", "resnet")]
    [InlineData("--narrow: a whole number from 1 to 64", "new", "cpm", "--narrow", "0")]
    [InlineData("Give either --exit NAME or --all", "cut-stages", "x.json")]
    [InlineData("--all writes several", "cut-stages", "x.json", "--all", "--id", "y")]
    [InlineData("height x width in pixels", "info", "x.json", "--size", "big")]
    [InlineData("missing.json", "info", "missing.json")]
    [InlineData("missing.json", "fold", "missing.json")]
    [InlineData("missing.json", "fp16", "missing.json")]
    [InlineData("missing.onnx", "import", "missing.onnx")]
    public void What_cannot_be_done_is_told_and_nothing_is_written(string fault, params string[] arguments)
    {
        var (exitCode, _, error) = CommandLine.Run(["model", .. arguments, .. arguments[0] == "info" ? (string[])[] : ["--out", folder.Path]]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(fault, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal); // no stack
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_network_that_the_tools_do_not_know_is_refused_with_the_reason()
    {
        Run("new", "lightweight", "--narrow", "8", "--id", "a", "--out", folder.Path);
        var (exitCode, _, error) = CommandLine.Run("model", "cut-stages", folder.File("a.json"), "--exit", "third", "--out", folder.Path);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("third", error, StringComparison.Ordinal);
        Assert.Contains("initial, refinement", error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static string Run(params string[] arguments)
    {
        var (exitCode, output, error) = CommandLine.Run(["model", .. arguments]);
        Assert.True(exitCode == 0, error);
        return output;
    }
}
