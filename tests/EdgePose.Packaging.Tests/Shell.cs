using System.Diagnostics;
using System.Text;

namespace EdgePose.Packaging.Tests;

/// <summary>Runs a program, and keeps all that it says.</summary>
internal static class Shell
{
    /// <summary>Runs <paramref name="program"/> in the repository until it ends.</summary>
    /// <param name="program">A path, or a name on the path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Added to this process's own.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static (int Status, string Said) Run(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        var said = new StringBuilder();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (process.ExitCode, said.ToString());
    }

    /// <summary>Skips the test, with the reason, where a program is not installed.</summary>
    public static void Need(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed: apt-get install {package}");
    }

    /// <summary>Skips the test outside the nightly run.</summary>
    public static void NeedNight() =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("EDGEPOSE_NIGHTLY") is { Length: > 0 }, "takes many minutes: ./test.sh --nightly runs it");

    /// <summary>Runs a script that holds promises to something real, shows what it printed, and skips with its reason where it says that it cannot (77).</summary>
    public static void HoldPromises(string script, params string[] arguments)
    {
        var (status, said) = Run(Repository.File(script), arguments);
        TestContext.Current.SendDiagnosticMessage("{0}", said);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        Assert.SkipWhen(status == 77, said.TrimEnd().Split('\n')[^1]);
        Assert.True(status == 0, said);
    }
}
