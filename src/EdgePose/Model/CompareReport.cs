using System.Globalization;
using System.Text;
using EdgePose.Compression.Comparison;

namespace EdgePose.Cli.Model;

/// <summary>What <c>model compare</c> prints.</summary>
internal sealed record CompareReport
{
    public required MachineFacts Machine { get; init; }

    /// <summary>Of ONNX Runtime.</summary>
    public required int Threads { get; init; }

    public required int HeightPx { get; init; }

    public required int WidthPx { get; init; }

    public required int Rounds { get; init; }

    /// <summary>How AP was measured; null where it was not.</summary>
    public string? Accuracy { get; init; }

    public required IReadOnlyList<ComparedNetwork> Networks { get; init; }

    /// <summary>Networks whose file holds more exits than the one that was measured.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Machine.Processor}, {Threads} threads, ONNX Runtime {Machine.Runtime} (processor, float as in the file), input {HeightPx}x{WidthPx}");
        text.Append(CultureInfo.InvariantCulture, $"medians of {Rounds} rounds in turn; speed is the median ratio to {Networks[0].Id} in the same round");
        text.AppendLine(Machine.Load is { } load && load > 0.5
            ? string.Create(CultureInfo.InvariantCulture, $"; the machine was busy (load {load:0.0} on {Machine.Cores} cores): trust the ratios, not the milliseconds")
            : "");
        if (Accuracy is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"AP: {Accuracy}");
        }

        var name = Math.Max(7, Networks.Max(network => network.Id.Length));
        text.AppendLine().Append("network".PadRight(name)).Append("     AP    GMACs   params M      MB");
        foreach (var time in Networks[0].Times)
        {
            text.Append(CultureInfo.InvariantCulture, $" | batch {time.Batch}:  ms  pictures/s  speed");
        }

        text.AppendLine(Accuracy is null ? "" : "   front");
        foreach (var network in Networks)
        {
            text.Append(network.Id.PadRight(name)).Append(network.Ap is { } ap ? EvalReport.Percent(ap) : "      -");
            text.Append(CultureInfo.InvariantCulture, $"{network.Cost.Macs / 1e9,9:0.00}{network.Cost.Parameters / 1e6,11:0.00}{network.FileBytes / 1e6,8:0.0}");
            foreach (var time in network.Times)
            {
                var width = 11 + time.Batch.ToString(CultureInfo.InvariantCulture).Length;
                text.Append(" |").Append(time.MillisecondsPerPicture.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(width + 2));
                text.Append(CultureInfo.InvariantCulture, $"{time.PicturesPerSecond,12:0.0}{time.Speed,7:0.00}");
            }

            text.AppendLine(Accuracy is null ? "" : $"   {(network.IsOnTimeFront ? "ms " : "   ")}{(network.IsOnMacsFront ? "MACs" : "")}".TrimEnd());
        }

        Notes.ToList().ForEach(note => text.AppendLine(note));
        return text.ToString().TrimEnd();
    }
}
