using System.Globalization;
using System.Text.RegularExpressions;
using EdgePose.Cli.Tests;
using EdgePose.Compression.Anatomy;
using EdgePose.Compression.Graphs;

namespace EdgePose.Cli.Model.Tests;

/// <summary>prune, factorise and quantise as a user types them: what they refuse, and that each writes a network which the next one takes.</summary>
public sealed class ShrinkingCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edgepose-shrink-").FullName;

    [Theory]
    [InlineData("Name a budget", "prune", "x.json", "--calibration", "x")]
    [InlineData("--macs must be above 0", "prune", "x.json", "--calibration", "x", "--macs", "1.5")]
    [InlineData("--calibration", "prune", "x.json", "--macs", "0.5")]
    [InlineData("--rank and --energy are two ways", "factorise", "x.json", "--method", "tucker", "--rank", "8", "--energy", "0.9")]
    [InlineData("name --annotations and --labelled", "quantise", "x.json", "--calibration", "x", "--max-ap-loss", "1")]
    [InlineData("--images must be at least 1", "quantise", "x.json", "--calibration", "x", "--images", "0")]
    public void What_does_not_belong_together_is_told(string fault, params string[] arguments)
    {
        var (exitCode, _, error) = CommandLine.Run(["model", .. arguments]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_goes_through_all_three()
    {
        string[] calibration = Calibration();
        Run("new", "lightweight", "--narrow", "4", "--id", "a", "--out", folder);
        string pruned = Run(["prune", Path.Combine(folder, "a.json"), "--macs", "0.7", "--id", "b", .. calibration]);
        Assert.Contains("->", pruned, StringComparison.Ordinal);
        Run(["factorise", Path.Combine(folder, "b.json"), "--method", "separable", "--rank", "4", "--id", "c", .. calibration]);
        string quantised = Run(["quantise", Path.Combine(folder, "c.json"), "--id", "d", .. calibration]);
        Assert.Contains("(is the stem)", quantised, StringComparison.Ordinal);
        string card = File.ReadAllText(Path.Combine(folder, "d.md"));
        Assert.All((string[])["model new", "model prune", "model factorise", "model quantise"], step => Assert.Contains(step, card, StringComparison.Ordinal));
    }

    [Fact]
    public void A_budget_of_time_is_measured_on_this_machine_and_told_in_output_and_card_but_not_in_the_file()
    {
        string whole = Path.Combine(folder, "a.onnx"), pruned = Path.Combine(folder, "b.onnx");
        Run("new", "lightweight", "--narrow", "2", "--id", "a", "--out", folder);
        string told = Run(["prune", whole, "--latency", "0.9", "--no-refit", "--id", "b", .. Calibration()]);

        // How near the time comes to the budget is the machine's affair; that it was measured, and that nothing grew, is not.
        Match time = Regex.Match(told, @"(?m)^  time on this processor +1 -> (\d+\.\d\d)$");
        Assert.True(time.Success && double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture) > 0, told);
        string card = File.ReadAllText(Path.ChangeExtension(pruned, ".md"));
        Assert.Contains("`edgepose model prune --macs 1 --latency 0.9 --images 3 --size 64x64 --no-refit`", card, StringComparison.Ordinal);
        Assert.Contains($"| time on the processor that pruned it | 1 | {time.Groups[1].Value} |", card, StringComparison.Ordinal);
        Assert.All(Regex.Matches(told, @"(?m)^ +(\d+) -> (\d+) ").Cast<Match>(), width => Assert.InRange(int.Parse(width.Groups[2].Value, CultureInfo.InvariantCulture), 8, int.Parse(width.Groups[1].Value, CultureInfo.InvariantCulture)));
        OnnxModel[] models = [OnnxModel.Load(whole), OnnxModel.Load(pruned)];
        LayerCost[] costs = [.. models.Select(model => LayerCost.Of(model.Graph, 64, 64))];
        Assert.InRange(costs[1].Macs, 1, costs[0].Macs);
        Assert.InRange(costs[1].Parameters, 1, costs[0].Parameters);
        Assert.DoesNotContain("time on", string.Concat(models[1].Metadata.Values), StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_of_lost_AP_is_refused_before_anything_runs_where_its_pictures_are_not_there()
    {
        using var spots = new SpotNetwork(4);
        string labelled = Directory.CreateDirectory(Path.Combine(folder, "labelled")).FullName;
        File.Copy(spots.Picture(1), Path.Combine(labelled, "1.jpg"));
        Run("new", "lightweight", "--narrow", "4", "--id", "a", "--out", folder);
        var (exitCode, _, error) = CommandLine.Run(
            ["model", "quantise", Path.Combine(folder, "a.json"), "--id", "d", "--max-ap-loss", "0", "--annotations", spots.Annotations, "--labelled", labelled, .. Calibration()]);
        Assert.Equal(66, exitCode);
        Assert.Contains("3 of 4 pictures cannot be used (2.jpg: the file is missing, ", error, StringComparison.Ordinal);
        Assert.Contains("--labelled", error, StringComparison.Ordinal);
        Assert.DoesNotContain("one layer at a time", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "d.onnx")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string[] Calibration()
    {
        string frames = Directory.CreateDirectory(Path.Combine(folder, "frames")).FullName;
        foreach (int shade in (int[])[40, 120, 200])
        {
            using var picture = new OpenCvSharp.Mat(64, 64, OpenCvSharp.MatType.CV_8UC3, OpenCvSharp.Scalar.All(shade));
            OpenCvSharp.Cv2.Circle(picture, 32, 32, shade / 10, OpenCvSharp.Scalar.White, -1);
            OpenCvSharp.Cv2.ImWrite(Path.Combine(frames, $"{shade}.png"), picture);
        }

        return ["--calibration", frames, "--size", "64x64", "--out", folder];
    }

    private static string Run(params string[] arguments)
    {
        var (exitCode, output, error) = CommandLine.Run(["model", .. arguments]);
        Assert.True(exitCode == 0, error);
        return output;
    }
}
