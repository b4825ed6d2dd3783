using System.Globalization;

namespace EdgePose.Fault.Tests;

/// <summary>Tells what a test measured, in the words of the promise: on the console, and as a line of the file that EDGEPOSE_FIGURES names.</summary>
internal static class Measured
{
    private static readonly Lock Gate = new();

    /// <summary>Whether the long tiers run.</summary>
    public static bool IsNightly => Environment.GetEnvironmentVariable("EDGEPOSE_NIGHTLY") == "1";

    /// <summary>How many rounds: some in CI, many at night.</summary>
    public static int Rounds(int ci, int nightly) => IsNightly ? nightly : ci;

    /// <summary>Tells a figure.</summary>
    /// <param name="what">The promise.</param>
    /// <param name="figure">What was measured, with its unit, and what was promised.</param>
    public static void Say(string what, FormattableString figure)
    {
        var line = $"{what}: {figure.ToString(CultureInfo.InvariantCulture)}";
        lock (Gate)
        {
            Console.WriteLine("    measured | " + line);
            if (Environment.GetEnvironmentVariable("EDGEPOSE_FIGURES") is { Length: > 0 } file)
            {
                File.AppendAllText(file, line + '\n');
            }
        }
    }
}
