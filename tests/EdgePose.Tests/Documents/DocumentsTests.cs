using EdgePose.Testing;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EdgePose.Cli.Tests.Documents;

/// <summary>Every page of the repository keeps the rules that CONTRIBUTING.md states. No page and no sentence is excepted.</summary>
public sealed partial class DocumentsTests
{
    private static readonly string[] Folders = ["docs", "models", "scenes", "tests", "training"];

    private static readonly Lazy<IReadOnlyList<MarkdownPage>> Pages = new(() =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder), "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(name => !name.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(Open),
    ]);

    [Fact]
    public void Every_page_is_read() =>
        Assert.Empty(
            new[] { "README.md", "CONTRIBUTING.md", "docs/install.md", "docs/events/README.md", "models/edgepose-l.md", "training/README.md" }
                .Except(Pages.Value.Select(page => page.Name)));

    [Fact]
    public void No_sentence_has_more_than_thirty_words() => AssertNone(Pages.Value.SelectMany(DocumentRules.LongSentences));

    [Fact]
    public void No_page_tells_a_story() => AssertNone(Pages.Value.SelectMany(DocumentRules.StoryWords));

    [Fact]
    public void Every_link_finds_its_file_and_heading() =>
        AssertNone(Pages.Value.SelectMany(page => DocumentRules.DeadLinks(page, path => Path.Exists(Repository.File(path)), Open)));

    [Fact]
    public void Every_block_of_code_names_its_language() => AssertNone(Pages.Value.SelectMany(DocumentRules.CodeWithoutLanguage));

    [Fact]
    public void Every_command_exists_and_takes_its_options() => AssertNone(Pages.Value.SelectMany(page => CommandLineRules.Faults(page, Read)));

    [Fact]
    public async Task The_checked_commands_are_those_of_the_program()
    {
        var (exitCode, help, _) = await ShippedProgram.RunAsync("--help");

        Assert.Equal(0, exitCode);
        var lines = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1);
        var listed = lines.Select(line => Listed().Match(line).Groups[1].Value).Where(name => name.Length > 0);
        Assert.Equal(listed, CommandLineRules.Commands);
    }

    [Fact]
    public async Task Commands_that_can_run_anywhere_do()
    {
        var blocks = Pages.Value.SelectMany(page => page.Fences.Where(CommandLineRules.IsRun).Select(fence => (page, fence))).ToList();
        Assert.NotEmpty(blocks);

        foreach (var (page, fence) in blocks)
        {
            using var folder = new ScratchFolder();
            foreach (var entry in new[] { "config", "docs", "models", "scenes" })
            {
                Directory.CreateSymbolicLink(folder.File(entry), Repository.File(entry));
            }

            var (exitCode, said) = await RunAsync(folder.Path, string.Join('\n', fence.Lines.Select(line => line.Text)));
            Assert.True(exitCode == 0, $"{page.Name}:{fence.Line}: exit code {exitCode}\n{said}");
        }
    }

    /// <summary>Runs a block with the program on the path, in a folder that looks like the repository and may be written to.</summary>
    private static async Task<(int ExitCode, string Said)> RunAsync(string folder, string script)
    {
        var start = new ProcessStartInfo("bash", ["-ec", script])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Fails with all faults, a line each.</summary>
    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = string.Join('\n', faults);
        Assert.True(all.Length == 0, all);
    }

    private static MarkdownPage Open(string name) => MarkdownPage.Parse(name, File.ReadAllText(Repository.File(name)));

    private static string? Read(string path)
    {
        var full = Repository.File(path);
        return File.Exists(full) ? File.ReadAllText(full) : Directory.Exists(full) ? "" : null;
    }

    [GeneratedRegex("^  ([a-z]+)")]
    private static partial Regex Listed();
}
