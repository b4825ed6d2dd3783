using System.Diagnostics;

namespace EdgePose.Cli.Tests;

/// <summary>Runs the built program as a user would.</summary>
internal static class CommandLine
{
    /// <summary>Exit code, standard output and standard error.</summary>
    public static (int ExitCode, string Output, string Error) Run(params string[] arguments) => RunWith([], arguments);

    /// <summary>The same with variables of the environment.</summary>
    public static (int ExitCode, string Output, string Error) RunWith(Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "edgepose"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
