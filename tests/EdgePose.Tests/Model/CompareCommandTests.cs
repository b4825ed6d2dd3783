using System.Text.Json;
using EdgePose.Cli.Tests;
using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;
using EdgePose.Inference;
using OpenCvSharp;

namespace EdgePose.Cli.Model.Tests;

public sealed class CompareCommandTests : IDisposable
{
    private readonly SpotNetwork spots = new(2);

    public void Dispose() => spots.Dispose();

    [Fact]
    public void Networks_are_compared_in_one_table_a_file_and_a_plot()
    {
        var (json, plot) = (spots.New("compare.json"), spots.New("compare.png"));
        var shipped = Path.Combine(AppContext.BaseDirectory, "models", "edgepose-v0.json");
        var run = CommandLine.Run(
            "model", "compare", shipped, spots.Manifest, "--size", "64x96", "--batch", "1,2", "--rounds", "3", "--threads", "1", "--images", spots.Images,
            "--annotations", spots.Annotations, "--json", json, "--plot", plot);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 threads, ONNX Runtime ", run.Output, StringComparison.Ordinal);
        Assert.Contains("edgepose-v0: initial, refinement share one file", run.Output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(File.ReadAllText(json));
        var networks = report.RootElement.GetProperty("networks");
        Assert.Equal(2, networks.GetArrayLength());

        // The network of one convolution finds every spot at next to no cost: it is alone on both fronts.
        Assert.Equal(1, networks[1].GetProperty("ap").GetDouble(), 1e-9);
        Assert.Equal((false, true), (networks[0].GetProperty("isOnMacsFront").GetBoolean(), networks[1].GetProperty("isOnMacsFront").GetBoolean()));
        Assert.Equal(19 * 3 * 64 * 8 * 12, networks[1].GetProperty("cost").GetProperty("macs").GetInt64());
        Assert.Equal(19 * 3 * 64, networks[1].GetProperty("cost").GetProperty("parameters").GetInt64());
        Assert.All(networks.EnumerateArray(), network => Assert.Equal([1, 2], network.GetProperty("times").EnumerateArray().Select(time => time.GetProperty("batch").GetInt32())));
        Assert.Equal(1, networks[0].GetProperty("times")[0].GetProperty("speed").GetDouble());
        using var drawn = Cv2.ImRead(plot);
        Assert.Equal((1240, 440), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void A_size_that_a_network_does_not_take_is_rounded_up_and_told()
    {
        var run = CommandLine.Run("model", "compare", spots.Manifest, "--size", "63x96", "--batch", "1", "--rounds", "1", "--threads", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{NetworkManifest.Load(spots.Manifest).Id}: measured at 64x96, as it takes multiples of 8", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_exit_has_its_row_and_costs_what_a_file_costs_that_is_cut_there()
    {
        var (json, plot, cuts) = (spots.New("exits.json"), spots.New("exits.png"), spots.New("cuts"));
        var shipped = Path.Combine(AppContext.BaseDirectory, "models", "edgepose-v0.json");
        var run = CommandLine.Run(
            "model", "compare", shipped, spots.Manifest, "--every-exit", "--size", "64x96", "--batch", "1", "--rounds", "3", "--threads", "1", "--images", spots.Images,
            "--annotations", spots.Annotations, "--json", json, "--plot", plot);

        Assert.Equal(0, run.ExitCode);
        string[] rows = ["edgepose-v0/refinement", "edgepose-v0/initial", NetworkManifest.Load(spots.Manifest).Id];
        var printed = run.Output.Split('\n');
        Assert.All(rows, name => Assert.Single(printed, line => line.StartsWith(name + " ", StringComparison.Ordinal) && line.Contains('|', StringComparison.Ordinal)));
        Assert.Contains("measured in a file that is cut there", run.Output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement[] networks = [.. report.RootElement.GetProperty("networks").EnumerateArray()];
        Assert.Equal(rows, networks.Select(network => network.GetProperty("id").GetString()));
        Assert.Equal(["refinement", "initial"], networks.Take(2).Select(network => network.GetProperty("exit").GetString()));
        Assert.All(networks, network => Assert.Equal(JsonValueKind.Number, network.GetProperty("ap").ValueKind));
        Assert.Equal(1, networks[0].GetProperty("times")[0].GetProperty("speed").GetDouble());

        // The deepest exit is the file as it is shipped; the other is what cut-stages writes.
        Assert.Equal(0, CommandLine.Run("model", "cut-stages", shipped, "--exit", "initial", "--out", cuts).ExitCode);
        var (whole, cut) = (NetworkManifest.Load(shipped), NetworkManifest.Load(Path.Combine(cuts, "edgepose-v0-initial.json")));
        Assert.Equal([whole.Sha256, cut.Sha256], networks.Take(2).Select(network => network.GetProperty("sha256").GetString()));
        Assert.Equal(
            [new FileInfo(whole.File).Length, new FileInfo(cut.File).Length], networks.Take(2).Select(network => network.GetProperty("fileBytes").GetInt64()));
        Assert.Equal(
            new[] { whole, cut }.Select(network => LayerCost.Of(OnnxModel.Load(network.File).Graph, 64, 96).Macs),
            networks.Take(2).Select(network => network.GetProperty("cost").GetProperty("macs").GetInt64()));
        using var drawn = Cv2.ImRead(plot);
        Assert.Equal((1240, 440), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void Without_anybody_to_find_there_is_no_ap_and_no_front()
    {
        var (json, plot) = (spots.New("none.json"), spots.New("none.png"));
        spots.Save(new { images = spots.Labels.Images.Select(image => new { id = image.Id, file_name = image.FileName }), annotations = Array.Empty<object>() });
        var run = Compare("--json", json, "--plot", plot);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches($@"(?m)^{NetworkManifest.Load(spots.Manifest).Id} +- ", run.Output);
        using var report = JsonDocument.Parse(File.ReadAllText(json));
        var network = report.RootElement.GetProperty("networks")[0];
        Assert.Equal(JsonValueKind.Null, network.GetProperty("ap").ValueKind);
        Assert.Equal((false, false), (network.GetProperty("isOnMacsFront").GetBoolean(), network.GetProperty("isOnTimeFront").GetBoolean()));
    }

    [Fact]
    public void Pictures_that_are_missing_and_people_without_a_picture_are_told_before_anything_is_timed()
    {
        File.Delete(spots.Picture(2));
        var missing = Compare();
        var labels = spots.Labels;
        spots.Save(new
        {
            images = labels.Images.Take(1).Select(image => new { id = image.Id, file_name = image.FileName }),
            annotations = new object[] { new { image_id = 77, bbox = new[] { 0, 0, 1, 1 } } },
        });
        var strange = Compare();

        Assert.Equal((66, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("1 of 2 pictures cannot be used (2.jpg: the file is missing)", missing.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("timing", missing.Error, StringComparison.Ordinal);
        Assert.Equal(0, strange.ExitCode);
        Assert.StartsWith($"{spots.Annotations}: 1 pictures are named by annotations but not listed: their people do not count: 77", strange.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json", "c.json")]
    [InlineData("--plot", "c.png")]
    public void A_file_that_cannot_be_written_costs_no_figure(string option, string name)
    {
        var run = Compare(option, Path.Combine(spots.Annotations, name)); // below a file, where no folder can be

        Assert.Equal(73, run.ExitCode);
        Assert.Matches($@"(?m)^{NetworkManifest.Load(spots.Manifest).Id} +100\.0", run.Output);
        Assert.Contains(name, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_the_tools_do_not_know_is_refused_before_it_runs()
    {
        using var network = new NetworkFolder(new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).FailingOutput("heat", 19).Output("paf", 38).ToArray());
        var run = CommandLine.Run("model", "compare", network.Manifest, "--size", "64x96", "--batch", "1", "--rounds", "1");

        Assert.Equal((66, ""), (run.ExitCode, run.Output));
        Assert.Contains("the operator ReduceMax is not supported", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("timing", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AP needs both --images and --annotations.", "m.json", "--images", ".")]
    [InlineData("--batch '0' is no list of whole numbers from 1 to 64", "m.json", "--batch", "0")]
    [InlineData("--rounds must be at least 1.", "m.json", "--rounds", "0")]
    [InlineData("--size 'x' is no HEIGHTxWIDTH", "m.json", "--size", "x")]
    public void A_wrong_command_line_is_told(string fault, params string[] arguments)
    {
        var run = CommandLine.Run(["model", "compare", .. arguments]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(fault, run.Error, StringComparison.Ordinal);
    }

    private (int ExitCode, string Output, string Error) Compare(params string[] more) => CommandLine.Run(
    [
        "model", "compare", spots.Manifest, "--size", "64x96", "--batch", "1", "--rounds", "1", "--threads", "1", "--images", spots.Images, "--annotations", spots.Annotations, .. more,
    ]);
}
