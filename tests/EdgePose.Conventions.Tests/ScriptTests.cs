using System.Diagnostics;

namespace EdgePose.Conventions.Tests;

public sealed class ScriptTests
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
}
