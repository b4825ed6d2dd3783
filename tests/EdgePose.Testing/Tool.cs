using System.ComponentModel;
using System.Diagnostics;

namespace EdgePose.Testing;

/// <summary>A program of the system, run to its end.</summary>
internal static class Tool
{
    /// <summary>Its exit code, and what it said on standard error; -1 and the reason when it cannot be started.</summary>
    public static (int Code, string Said) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return (process.ExitCode, said);
        }
        catch (Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
