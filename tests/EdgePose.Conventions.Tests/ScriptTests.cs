using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EdgePose.Conventions.Tests;

public sealed partial class ScriptTests
{
    [Fact]
    public void Shellcheck_finds_nothing()
    {
        var scripts = Repository.Files(".", ".sh").Concat(Repository.Files("packaging", "postinst", "prerm", "postrm"));
        Assert.NotEmpty(scripts);
        try
        {
            var start = new ProcessStartInfo("shellcheck", ["-x", .. scripts]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("shellcheck is not installed: apt-get install shellcheck");
        }
    }

    [Fact]
    public void Scripts_that_the_readme_names_exist()
    {
        if (!File.Exists(Path.Combine(Repository.Root, "README.md")))
        {
            Assert.Skip("there is no README.md yet");
        }

        var named = Script().Matches(Repository.Read("README.md")).Select(match => match.Groups[1].Value).Distinct();
        var wrong = named.Where(script => !File.Exists(Path.Combine(Repository.Root, script)));
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"(?<![\w/.])\./([\w./-]+\.sh)\b")]
    private static partial Regex Script();
}
