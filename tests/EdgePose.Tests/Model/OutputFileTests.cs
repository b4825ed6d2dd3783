using System.Diagnostics;
using EdgePose.Cli.Tests;

namespace EdgePose.Cli.Model.Tests;

public sealed class OutputFileTests : IDisposable
{
    private readonly SpotNetwork spots = new(2);

    public void Dispose() => spots.Dispose();

    [Theory]
    [InlineData("eval", "--results", "results.json")]
    [InlineData("eval", "--per-image", "pictures.csv")]
    [InlineData("eval", "--worst", "worst.jpg")]
    [InlineData("compare", "--json", "compare.json")]
    [InlineData("compare", "--plot", "compare.png")]
    public void A_full_disk_is_told_in_one_line_and_leaves_nothing_half_written(string command, string option, string name)
    {
        Assert.SkipUnless(Environment.UserName == "root", "mounting a small disk needs root");
        var disk = Directory.CreateDirectory(spots.New("disk")).FullName;
        var (code, said) = Run("mount", "-t", "tmpfs", "-o", "size=8k", "edgepose-test", disk);
        Assert.SkipUnless(code == 0, $"no small disk can be mounted here: {said}");
        try
        {
            var filler = Path.Combine(disk, "filler");
            File.WriteAllBytes(filler, new byte[8192]);
            var run = Measure(command, option, Path.Combine(disk, name));

            Assert.Equal([filler], Directory.GetFileSystemEntries(disk));
            Assert.Equal(73, run.ExitCode);
            var fault = Assert.Single(run.Error.Split('\n'), line => line.Contains(name, StringComparison.Ordinal));
            Assert.Contains("cannot be written", fault, StringComparison.Ordinal);
            Assert.Contains("free space", fault, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public void A_link_stays_a_link_and_a_stream_is_written_to()
    {
        var (target, link) = (spots.New("target.csv"), spots.New("link.csv"));
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(0, Measure("eval", "--per-image", link).ExitCode);
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.StartsWith("image_id,", File.ReadAllText(target), StringComparison.Ordinal);

        var streamed = Measure("compare", "--json", "/proc/self/fd/1");
        Assert.Equal(0, streamed.ExitCode);
        Assert.Contains("\"networks\": [", streamed.Output, StringComparison.Ordinal);
    }

    private (int ExitCode, string Output, string Error) Measure(string command, params string[] more)
    {
        string[] size = command == "eval" ? ["--height", "64"] : ["--size", "64x96", "--batch", "1", "--rounds", "1"];
        return CommandLine.Run(["model", command, spots.Manifest, "--images", spots.Images, "--annotations", spots.Annotations, "--threads", "1", .. size, .. more]);
    }

    private static (int Code, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
