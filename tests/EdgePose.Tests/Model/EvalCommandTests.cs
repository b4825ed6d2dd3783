using System.Text.Json;
using EdgePose.Benchmarks;
using EdgePose.Cli.Tests;
using OpenCvSharp;

namespace EdgePose.Cli.Model.Tests;

public sealed class EvalCommandTests : IDisposable
{
    private readonly SpotNetwork spots = new(4);

    public void Dispose() => spots.Dispose();

    private (int ExitCode, string Output, string Error) Eval(params string[] more) =>
        CommandLine.Run(["model", "eval", spots.Manifest, "--images", spots.Images, "--annotations", spots.Annotations, "--height", "64", "--threads", "1", .. more]);

    [Theory]
    [InlineData("person_keypoints_val2014_100_rebuilt.json")]
    [InlineData("fce_keypoints_gt.json")]
    public void A_file_of_results_gets_the_published_figures_to_every_digit(string truth)
    {
        var expected = SharedMaterial.Find("data/oks/expected.json");
        if (expected is null)
        {
            Assert.Skip(SharedMaterial.Missing("data/oks/expected.json"));
        }

        var folder = Path.GetDirectoryName(expected)!;
        using var document = JsonDocument.Parse(File.ReadAllText(expected));
        var fixture = document.RootElement.GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("gt").GetString() == truth);
        string[] arguments = ["model", "eval", "--annotations", Path.Combine(folder, truth), "--detections", Path.Combine(folder, fixture.GetProperty("dt").GetString()!)];
        var json = CommandLine.Run([.. arguments, "--json"]);
        Assert.Equal(0, json.ExitCode);

        using var report = JsonDocument.Parse(json.Output);
        double[] figures = [.. report.RootElement.GetProperty("figures").EnumerateObject().Select(figure => figure.Value.GetDouble())];
        foreach (var (published, figure) in fixture.GetProperty("published").EnumerateArray().Zip(figures))
        {
            var text = published.GetRawText();
            var decimals = text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
            Assert.Equal(published.GetDouble(), decimals > 15 ? figure : Math.Round(figure, decimals));
        }

        var row = CommandLine.Run(arguments).Output.TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(figures.Select(figure => (100 * figure).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)), row);
    }

    [Fact]
    public void A_network_is_evaluated_and_every_output_is_written()
    {
        var (results, perImage, worst) = (spots.New("results.json"), spots.New("pictures.csv"), spots.New("worst.jpg"));
        var run = Eval("--results", results, "--per-image", perImage, "--worst", worst);

        Assert.Equal((0, ""), (run.ExitCode, string.Join('\n', run.Error.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("evaluating", StringComparison.Ordinal)))));
        Assert.Contains("4 pictures, 4 people with keypoints, 4 detections", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("  100.0  100.0  100.0", run.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Equal("1,\"1.jpg\",1,1,0,0,", File.ReadAllLines(perImage)[1][..18]);
        using var sheet = Cv2.ImRead(worst);
        Assert.Equal(1600, sheet.Width);

        var again = CommandLine.Run("model", "eval", "--annotations", spots.Annotations, "--detections", results);
        Assert.Equal(run.Output.TrimEnd().Split('\n')[^1], again.Output.TrimEnd().Split('\n')[^1]);
    }

    [Theory]
    [InlineData("--results", "r.json")]
    [InlineData("--per-image", "p.csv")]
    [InlineData("--worst", "w.jpg")]
    public void A_file_that_cannot_be_written_costs_no_figure(string option, string name)
    {
        var run = Eval(option, Path.Combine(spots.Annotations, name)); // below a file, where no folder can be

        Assert.Equal(73, run.ExitCode);
        Assert.Contains("4 pictures, 4 people", run.Output, StringComparison.Ordinal);
        Assert.Contains(" AP50 ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"{name}: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_agree_to_the_byte()
    {
        var (first, second) = (spots.New("1.json"), spots.New("2.json"));
        var runs = new[] { first, second }.Select(path => Eval("--flip", "--scales", "0.5,1", "--json", "--results", path)).ToArray();

        Assert.Equal(runs[0].Output, runs[1].Output);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Missing_pictures_are_told_before_anything_runs()
    {
        File.Delete(spots.Picture(2));
        var run = Eval();

        Assert.Equal((66, ""), (run.ExitCode, run.Output));
        Assert.Contains("1 of 4 pictures cannot be used (2.jpg: the file is missing)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_picture_is_named_and_fails_the_command_unless_that_is_allowed()
    {
        File.WriteAllBytes(spots.Picture(3), File.ReadAllBytes(spots.Picture(3))[..500]);
        File.Delete(spots.Picture(2));
        var allowed = Eval("--allow-missing");
        File.Copy(spots.Picture(1), spots.Picture(2));
        var refused = Eval();

        Assert.Equal(0, allowed.ExitCode);
        Assert.Contains("2 could not be read and count in no figure: 2.jpg: the file is missing, 3.jpg: the JPEG is cut short or broken", allowed.Output, StringComparison.Ordinal);
        Assert.Equal(66, refused.ExitCode);
        Assert.Contains("3.jpg: the JPEG is cut short or broken", refused.Error, StringComparison.Ordinal);
        Assert.Contains("1 could not be read", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_whose_name_no_file_can_have_costs_no_run()
    {
        var labels = spots.Labels;
        spots.Save(new
        {
            images = labels.Images.Select(image => new { id = image.Id, file_name = image.Id == 2 ? "a\0b.png" : image.FileName }),
            annotations = labels.Annotations.Select(person => new { image_id = person.ImageId, bbox = person.Box, keypoints = person.Keypoints, area = person.Area }),
        });
        var (refused, allowed) = (Eval(), Eval("--allow-missing"));

        Assert.Equal(66, refused.ExitCode);
        Assert.Contains("1 of 4 pictures cannot be used", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, allowed.ExitCode);
        Assert.Contains("3 pictures, 3 people", allowed.Output, StringComparison.Ordinal);
        Assert.All([refused, allowed], run => Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void People_without_an_area_are_refused_and_get_no_figure()
    {
        var labels = spots.Labels;
        spots.Save(new
        {
            images = labels.Images.Select(image => new { id = image.Id, file_name = image.FileName }),
            annotations = labels.Annotations.Select(person => new { id = person.Id, image_id = person.ImageId, bbox = person.Box, keypoints = person.Keypoints }),
        });
        var run = Eval();

        Assert.Equal((66, ""), (run.ExitCode, run.Output));
        Assert.Contains("annotations[0] (id 1, picture 1): has keypoints but no area", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_the_tools_do_not_know_is_refused_before_it_runs()
    {
        using var network = new NetworkFolder(new OnnxWriter(8, 0).Input("image", -1, 3, -1, -1).FailingOutput("heat", 19).Output("paf", 38).ToArray());
        var run = CommandLine.Run("model", "eval", network.Manifest, "--images", spots.Images, "--annotations", spots.Annotations, "--height", "64");

        Assert.Equal((66, ""), (run.ExitCode, run.Output));
        Assert.Contains("the operator ReduceMax is not supported", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--exit", "initial")]
    [InlineData("--flip")]
    [InlineData("--scales", "0.5,1")]
    [InlineData("--height", "256")]
    [InlineData("--size", "256x456")]
    [InlineData("--views", "labels")]
    [InlineData("--threads", "2")]
    [InlineData("--limit", "3")]
    public void What_belongs_to_a_network_is_refused_beside_a_file_of_results(params string[] option)
    {
        var run = CommandLine.Run(["model", "eval", "--annotations", "a.json", "--detections", "d.json", .. option]);
        Assert.Equal(64, run.ExitCode);
        Assert.Contains($"{option[0]} belongs to a network", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_belongs_to_nothing_is_counted_and_named()
    {
        var labels = spots.Labels;
        spots.Save(new
        {
            images = labels.Images.Take(3).Select(image => new { id = image.Id, file_name = image.FileName }),
            annotations = new object[] { new { image_id = 1, bbox = new[] { 0, 0, 1, 1 } }, new { image_id = 77, bbox = new[] { 0, 0, 1, 1 } } },
        });
        var output = Eval().Output;

        Assert.Contains("2 pictures have nobody labelled: whoever is found there is false: 2.jpg, 3.jpg", output, StringComparison.Ordinal);
        Assert.Contains("1 files in the folder are not among the annotations and were not looked at: 4.jpg", output, StringComparison.Ordinal);
        Assert.Contains("1 pictures are named by annotations but not listed: their people do not count: 77", output, StringComparison.Ordinal);
        Assert.EndsWith("-", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Views_are_of_people_whose_places_the_report_names()
    {
        var run = CommandLine.Run("model", "eval", spots.Manifest, "--images", spots.Images, "--annotations", spots.Annotations, "--views", "labels", "--jitter", "0.02", "--size", "128x96");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("views of 128x96, PLACES FROM THE LABELS, 2 % wrong", run.Output, StringComparison.Ordinal);
        Assert.Contains("4 pictures, 4 people with keypoints, 4 detections", run.Output, StringComparison.Ordinal);
        var found = CommandLine.Run("model", "eval", spots.Manifest, "--images", spots.Images, "--annotations", spots.Annotations, "--views", "found", "--finder", spots.Manifest);
        Assert.Contains("places found by", found.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_takes_the_first_pictures() => Assert.Contains("2 pictures, 2 people", Eval("--limit", "2").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("Name either a MANIFEST or --detections.", "--annotations", "a.json")]
    [InlineData("A network needs the pictures", "m.json", "--annotations", "a.json")]
    [InlineData("--height and --size are two ways of the same", "m.json", "--annotations", "a.json", "--images", ".", "--height", "8", "--size", "8x8")]
    [InlineData("--size '256' is no HEIGHTxWIDTH", "m.json", "--annotations", "a.json", "--images", ".", "--size", "256")]
    [InlineData("--scales '1,x' is no list of numbers", "m.json", "--annotations", "a.json", "--images", ".", "--scales", "1,x")]
    [InlineData("--per-image must end in .csv or .json.", "m.json", "--annotations", "a.json", "--images", ".", "--per-image", "p.txt")]
    [InlineData("--views 'all' is not known: labels or found.", "m.json", "--annotations", "a.json", "--images", ".", "--views", "all")]
    [InlineData("--jitter and --finder belong to --views.", "m.json", "--annotations", "a.json", "--images", ".", "--jitter", "0.05")]
    [InlineData("--jitter belongs to --views labels", "m.json", "--annotations", "a.json", "--images", ".", "--views", "found", "--finder", "f.json", "--jitter", "0.05")]
    [InlineData("--jitter must be from 0 to 0.5.", "m.json", "--annotations", "a.json", "--images", ".", "--views", "labels", "--jitter", "5")]
    [InlineData("--views found and --finder MANIFEST go together.", "m.json", "--annotations", "a.json", "--images", ".", "--views", "found")]
    [InlineData("--height belongs to whole pictures, --size to views.", "m.json", "--annotations", "a.json", "--images", ".", "--views", "labels", "--height", "160")]
    [InlineData("Option '--annotations' is required", "m.json", "--images", ".")]
    public void A_wrong_command_line_is_told(string fault, params string[] arguments)
    {
        var run = CommandLine.Run(["model", "eval", .. arguments]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(fault, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_height_that_the_network_does_not_take_is_rounded_up()
    {
        (int ExitCode, string Output, string Error) At(string height) =>
            CommandLine.Run("model", "eval", spots.Manifest, "--annotations", spots.Annotations, "--images", spots.Images, "--height", height);
        var (asked, run) = (At("63"), At("64"));
        Assert.Equal(0, asked.ExitCode);
        Assert.Contains("height 64", asked.Output, StringComparison.Ordinal); // what was measured, not what was asked for
        Assert.Equal(run.Output, asked.Output);
    }

    [Fact]
    public void Wrong_files_end_in_one_line_each_and_no_stack_trace()
    {
        (int ExitCode, string Output, string Error)[] runs =
        [
            CommandLine.Run("model", "eval", spots.New("none.json"), "--annotations", spots.Annotations, "--images", spots.Images),
            CommandLine.Run("model", "eval", spots.Manifest, "--annotations", spots.Picture(1), "--images", spots.Images),
            CommandLine.Run("model", "eval", spots.Manifest, "--annotations", spots.Annotations, "--images", spots.New("none")),
            Eval("--exit", "none"),
        ];
        Assert.All(runs, run =>
        {
            Assert.Equal(66, run.ExitCode);
            Assert.Single(run.Error.TrimEnd().Split('\n'));
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        });
    }
}
