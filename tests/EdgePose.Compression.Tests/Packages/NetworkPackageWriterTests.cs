using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Stages;
using EdgePose.Compression.Tests;
using EdgePose.Inference;

namespace EdgePose.Compression.Packages.Tests;

public sealed class NetworkPackageWriterTests : IDisposable
{
    private readonly PackageFolder folder = new();

    [Fact]
    public void What_is_written_is_what_the_daemon_opens()
    {
        NetworkManifest written = folder.Reference("lightweight").Manifest;
        NetworkManifest read = NetworkManifest.Load(written.Path);
        Assert.Equal(written with { Exits = [], Input = read.Input }, read with { Exits = [] });
        Assert.Equal(written.Exits.AsEnumerable(), read.Exits);
        Assert.Equal((written.Input.Name, written.Input.Channels, written.Input.MultipleOf), (read.Input.Name, read.Input.Channels, read.Input.MultipleOf));
        using PoseNetwork network = PoseNetwork.Open(read, new NetworkShape(64, 64, 2), new ExecutionOptions { Providers = [ExecutionProvider.Cpu], Threads = 1 });
        network.Run(0, 2);
        Assert.Equal(38, network.Pafs(0, 1).Channels);
    }

    [Fact]
    public void A_manifest_with_normalisation_outside_comes_back_as_it_was()
    {
        NetworkManifest manifest = folder.Reference("cpm").Manifest;
        NetworkInput outside = new() { Name = "image", Channels = ChannelOrder.Rgb, NormalisedInside = false, Mean = [1, 2.5f, 3], Scale = [0.1f, 0.2f, 0.3f], MultipleOf = 16 };
        File.WriteAllText(manifest.Path, (manifest with { Input = outside }).ToJson());
        NetworkInput read = NetworkManifest.Load(manifest.Path).Input;
        Assert.Equal(outside with { Mean = [], Scale = [] }, read with { Mean = [], Scale = [] });
        Assert.Equal(outside.Mean.AsEnumerable(), read.Mean);
        Assert.Equal(outside.Scale.AsEnumerable(), read.Scale);
    }

    [Fact]
    public void The_card_tells_the_whole_lineage_with_sha256_options_and_figures()
    {
        NetworkPackage first = folder.Reference("openpose");
        NetworkPackage second = NetworkPackage.Open(StageCutter.Write(folder.Path, first, "stage3").Path);
        NetworkPackage third = NetworkPackage.Open(StageCutter.Write(folder.Path, second, "stage3", "third").Path);
        Assert.Equal(["openpose", "openpose-stage3", "third"], Lineage.Of(third.Model).Select(step => step.Id));
        string card = File.ReadAllText(Path.Combine(folder.Path, "third.md"));
        Assert.Contains($"from openpose (sha256 {first.Manifest.Sha256})", card, StringComparison.Ordinal);
        Assert.Contains($"from openpose-stage3 (sha256 {second.Manifest.Sha256})", card, StringComparison.Ordinal);
        Assert.Contains("`edgepose model cut-stages --exit stage3`", card, StringComparison.Ordinal);
        Assert.Contains("`edgepose model new openpose --seed 1`", card, StringComparison.Ordinal);
        Assert.Contains("| MACs at 368x368 | ", card, StringComparison.Ordinal);
        Assert.Contains(third.Manifest.Sha256, card, StringComparison.Ordinal);
    }

    [Fact]
    public void MACs_are_counted_at_a_size_that_the_network_takes()
    {
        NetworkPackage network = folder.Reference("lightweight");
        NetworkManifest coarse = network.Manifest with { Input = network.Manifest.Input with { MultipleOf = 24 } };
        NetworkManifest written = NetworkPackageWriter.Begin(folder.Path, coarse, "coarse", network.Model, new LineageStep { Tool = "a test" });
        NetworkPackage opened = NetworkPackage.Open(written.Path);
        Assert.Equal((384, 384), opened.SizeFor(368, 368));
        LineageFigure figure = Assert.Single(Lineage.Of(opened.Model)[^1].Figures, figure => figure.Name.StartsWith("MACs", StringComparison.Ordinal));
        Assert.Equal(("MACs at 384x384", $"{LayerCost.Of(network.Model.Graph, 384, 384).Macs:N0}"), (figure.Name, figure.After));
    }

    [Fact]
    public void A_network_never_overwrites_the_one_that_it_is_made_from()
    {
        NetworkPackage network = folder.Reference("cpm");
        byte[] before = File.ReadAllBytes(network.Manifest.File);
        NetworkException exception = Assert.Throws<NetworkException>(() => StageCutter.Write(folder.Path, network, "stage1", "cpm"));
        Assert.Contains("not overwritten", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(network.Manifest.File));
    }

    [Theory]
    [InlineData("parent")]
    [InlineData("weights")]
    [InlineData("story")]
    public void No_file_of_the_parent_is_overwritten_whatever_it_is_called(string id)
    {
        NetworkManifest written = folder.Reference("cpm").Manifest;
        string[] files = [.. ((string[])["parent.json", "weights.onnx", "story.md"]).Select(name => Path.Combine(folder.Path, name))];
        File.WriteAllText(files[0], (written with { File = files[1], Card = "story.md" }).ToJson());
        File.Move(written.File, files[1]);
        File.Move(Path.ChangeExtension(written.Path, ".md"), files[2]);
        NetworkPackage parent = NetworkPackage.Open(files[0]);
        byte[][] before = [.. files.Select(File.ReadAllBytes)];
        NetworkException exception = Assert.Throws<NetworkException>(() => StageCutter.Write(folder.Path, parent, "stage1", id));
        Assert.Contains("not overwritten", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(files.Single(file => Path.GetFileNameWithoutExtension(file) == id) + ": ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, files.Select(File.ReadAllBytes));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData(".hidden")]
    public void An_id_that_would_leave_the_folder_or_spoil_a_topic_is_refused(string id)
    {
        NetworkPackage network = folder.Reference("cpm");
        Assert.Contains("cannot be a network's id", Assert.Throws<NetworkException>(() => StageCutter.Write(folder.Path, network, "stage1", id)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("""[{"Tool":null}]""")]
    [InlineData("""[{"Tool":"t","Remarks":null}]""")]
    [InlineData("""[{"Tool":"t","Figures":null}]""")]
    [InlineData("""[{"Tool":"t","Figures":[null]}]""")]
    [InlineData("""[{"Tool":"t","Figures":[{"Name":"n","Before":"1"}]}]""")]
    public void A_lineage_that_somebody_has_spoilt_is_told(string note)
    {
        OnnxModel model = folder.Reference("cpm").Model;
        model.Note("edgepose.lineage", note);
        Assert.Contains("edgepose.lineage", Assert.Throws<NetworkException>(() => Lineage.Of(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_onnx_file_without_manifest_is_told_with_the_remedy()
    {
        NetworkManifest manifest = folder.Reference("cpm").Manifest;
        File.Delete(manifest.Path);
        Assert.Contains("edgepose model import", Assert.Throws<NetworkException>(() => NetworkPackage.Open(manifest.File)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
