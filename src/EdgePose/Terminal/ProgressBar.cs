using System.Globalization;
using System.Text;

namespace EdgePose.Cli.Terminal;

/// <summary>
/// How far a long command is, on standard error so that standard output stays the result's. On a terminal it is one line that redraws itself: bar, count, rate, time left. Elsewhere it is a
/// plain line every ten seconds and one at the end. Safe to call from several threads.
/// </summary>
internal sealed class ProgressBar : IDisposable
{
    private const int BarCells = 24;
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly string what;
    private readonly string unit;
    private readonly TextWriter output;
    private readonly bool isTerminal;
    private readonly TimeProvider time;
    private readonly long start;
    private long? total;
    private long lastDrawn;
    private long done;
    private string note = "";
    private bool isOver;

    /// <summary>Makes one; nothing is written before the first step.</summary>
    /// <param name="what">What goes on, for example <c>evaluating</c>.</param>
    /// <param name="unit">What is counted, in the plural: <c>pictures</c>.</param>
    /// <param name="total">How many there are, or null when nobody knows: then there is neither bar nor time left.</param>
    /// <param name="output">Where to.</param>
    /// <param name="isTerminal">Whether a line can be drawn over.</param>
    /// <param name="time">Clock of rate and time left.</param>
    public ProgressBar(string what, string unit, long? total, TextWriter output, bool isTerminal, TimeProvider time)
    {
        (this.what, this.unit, this.total, this.output, this.isTerminal, this.time) = (what, unit, total, output, isTerminal, time);
        start = lastDrawn = time.GetTimestamp();
    }

    /// <summary>One on standard error.</summary>
    public static ProgressBar OnStandardError(string what, string unit, long? total = null) =>
        new(what, unit, total, Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>Says how many there are, once that is known.</summary>
    public void SetTotal(long value)
    {
        lock (gate)
        {
            total = value;
        }
    }

    /// <summary>Counts one more.</summary>
    public void Step(string? newNote = null)
    {
        lock (gate)
        {
            Show(done + 1, newNote);
        }
    }

    /// <summary>Says how many are done.</summary>
    /// <param name="count">From 0.</param>
    /// <param name="newNote">A few words behind the figures, or null to keep those that stand there.</param>
    public void Report(long count, string? newNote = null)
    {
        lock (gate)
        {
            Show(count, newNote);
        }
    }

    /// <summary>Writes a whole line, a warning for example, without tearing the bar.</summary>
    public void WriteLine(string line)
    {
        lock (gate)
        {
            output.Write(isTerminal ? $"\r\e[K{line}\n" : $"{line}\n");
            if (isTerminal && done > 0 && !isOver)
            {
                output.Write(Line());
                output.Flush();
            }
        }
    }

    /// <summary>Draws the last state and ends the line.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (!isOver && done > 0)
            {
                output.Write(isTerminal ? $"\r\e[K{Line()}\n" : $"{Line()}\n");
                output.Flush();
            }

            isOver = true;
        }
    }

    private void Show(long count, string? newNote)
    {
        (done, note) = (count, newNote ?? note);
        if (isOver || time.GetElapsedTime(lastDrawn) < (isTerminal ? TerminalInterval : PlainInterval))
        {
            return;
        }

        lastDrawn = time.GetTimestamp();
        output.Write(isTerminal ? $"\r\e[K{Line()}" : $"{Line()}\n");
        output.Flush();
    }

    private string Line()
    {
        var line = new StringBuilder(what).Append(' ');
        if (isTerminal && total > 0)
        {
            var filled = (int)(BarCells * Math.Min(done, total.Value) / total.Value);
            line.Append('[').Append('#', filled).Append('.', BarCells - filled).Append("] ");
        }

        line.Append(CultureInfo.InvariantCulture, $"{done}");
        if (total > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $" of {total} {unit}, {100 * done / total} %");
        }
        else
        {
            line.Append(CultureInfo.InvariantCulture, $" {unit}");
        }

        var seconds = time.GetElapsedTime(start).TotalSeconds;
        if (seconds > 0 && done > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $", {done / seconds:0.0}/s");
            if (total > done)
            {
                line.Append(CultureInfo.InvariantCulture, $", {Left((total.Value - done) * seconds / done)} left");
            }
        }

        return (note.Length > 0 ? line.Append(", ").Append(note) : line).ToString();
    }

    private static string Left(double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 60}:{(long)seconds % 60:00}");
}
