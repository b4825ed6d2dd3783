using System.Globalization;

namespace EdgePose.Testing;

/// <summary>Tells what a test measured: on the console, and as a line of the file that EDGEPOSE_FIGURES names, of which <c>./test.sh --nightly</c> makes its report.</summary>
internal static class Measured
{
    private static readonly Lock Gate = new();

    /// <summary>Tells a figure of the promise that the running test is named after.</summary>
    /// <param name="figure">What was measured, with its unit, and what was promised.</param>
    public static void Say(FormattableString figure) => Say(TestContext.Current.TestMethod!.MethodName.Replace('_', ' '), figure);

    /// <summary>Holds a measured time to its promise, in the nightly tier alone: how fast or busy the machine is decides it.</summary>
    /// <param name="seconds">What was measured.</param>
    /// <param name="promised">The most that is promised, in seconds.</param>
    /// <param name="what">What took so long, for the message.</param>
    public static void Hold(double seconds, double promised, string what) =>
        Assert.True(seconds <= promised || !Nightly.Is, string.Create(CultureInfo.InvariantCulture, $"{what}: {seconds:0.00} s, promised {promised:0.0} s"));

    /// <summary>Tells a figure.</summary>
    /// <param name="what">The promise.</param>
    /// <param name="figure">What was measured, with its unit, and what was promised.</param>
    public static void Say(string what, FormattableString figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
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
