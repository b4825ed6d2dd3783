using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgePose.Cameras.Decoder;

/// <summary>
/// Logs what a decoder process writes to its standard error, without credentials: a burst of lines, then one a second, with a count of those left out.
/// A broken stream makes GStreamer write a line for every packet.
/// </summary>
/// <param name="password">The password to hide; null or empty when there is none.</param>
/// <param name="time">The clock.</param>
/// <param name="write">Takes a line.</param>
internal sealed partial class DecoderLog(string? password, TimeProvider time, Action<string> write)
{
    /// <summary>Lines at once, about as many as an unhandled exception with its stack.</summary>
    public const int Burst = 20;

    private const int MaxLineLength = 500;

    private readonly Lock gate = new(); // a killed process may still have lines in its pipe when the next one writes
    private readonly LineBudget budget = new(Burst, time);

    /// <summary>Takes one line.</summary>
    public void Line(string line)
    {
        lock (gate)
        {
            if (budget.TryTake(out var leftOut))
            {
                var text = Clean(line);
                write(leftOut == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ({leftOut} lines before it left out)"));
            }
        }
    }

    /// <summary>The text without credentials, and no longer than a line of a log should be.</summary>
    public string Clean(string text)
    {
        var clean = string.IsNullOrEmpty(password) ? text : text.Replace(password, "***", StringComparison.Ordinal);
        clean = Authorization().Replace(UserInfo().Replace(clean, "://***@"), "Authorization: ***");
        return clean.Length <= MaxLineLength ? clean : clean[..MaxLineLength];
    }

    [GeneratedRegex(@"://[^/\s]*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex("Authorization:.*")]
    private static partial Regex Authorization();
}
