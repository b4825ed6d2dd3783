using System.Globalization;
using System.Text;
using EdgePose.Inference;

namespace EdgePose.Compression.Comparison;

/// <summary>A comparison with what it was measured on: as text a table, as JSON all digits.</summary>
public sealed record ComparisonReport
{
    /// <summary>The machine, before the comparison loaded it.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>Of ONNX Runtime.</summary>
    public required int Threads { get; init; }

    /// <summary>Height of the input.</summary>
    public required int HeightPx { get; init; }

    /// <summary>Width of the input.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Rounds at each batch size.</summary>
    public required int Rounds { get; init; }

    /// <summary>How AP was measured; null where it was not.</summary>
    public string? Accuracy { get; init; }

    /// <summary>In the given order. The speed of the others is relative to the first.</summary>
    public required IReadOnlyList<ComparedNetwork> Networks { get; init; }

    /// <summary>What a reader must know of single networks.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Puts a report together.</summary>
    /// <param name="machine">Taken before the comparison ran.</param>
    /// <param name="comparison">How it ran.</param>
    /// <param name="manifests">What was compared.</param>
    /// <param name="networks">What came out, in the same order.</param>
    /// <param name="accuracy">How AP was measured; null where it was not.</param>
    /// <param name="cutExits">Whether exits were cut into files of their own (<see cref="ExitFiles"/>).</param>
    public static ComparisonReport Of(
        MachineFacts machine, NetworkComparison comparison, IReadOnlyList<NetworkManifest> manifests, IReadOnlyList<ComparedNetwork> networks, string? accuracy, bool cutExits = false)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return new()
        {
            Machine = machine, Threads = comparison.Threads > 0 ? comparison.Threads : Environment.ProcessorCount, HeightPx = comparison.HeightPx,
            WidthPx = comparison.WidthPx, Rounds = comparison.Rounds, Networks = ParetoFront.Mark(networks), Accuracy = accuracy,
            Notes =
            [
                .. manifests.Select(manifest => (manifest.Id, manifest.Input.MultipleOf, Shape: comparison.ShapeFor(manifest, 1)))
                    .Where(one => (one.Shape.InputHeightPx, one.Shape.InputWidthPx) != (comparison.HeightPx, comparison.WidthPx))
                    .Select(one => $"{one.Id}: measured at {one.Shape.InputHeightPx}x{one.Shape.InputWidthPx}, as it takes multiples of {one.MultipleOf}"),
                .. manifests.Where(manifest => manifest.Exits.Length > 1).Select(manifest =>
                    $"{manifest.Id}: {string.Join(", ", manifest.Exits.Select(exit => exit.Name))} share one file, which always runs whole: "
                    + $"measured at {manifest.DeepestExit.Name}"),
                .. cutExits
                    ? ["a file with several exits always runs whole: each exit but the deepest was measured in a file that is cut there (edgepose model cut-stages)"]
                    : Array.Empty<string>(),
                .. networks.Where(network => network.TakesOnePicture).Select(network => $"{network.Id}: the file takes one picture a run; a batch is as many runs"),
            ],
        };
    }

    /// <summary>The table.</summary>
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
            text.Append(network.Id.PadRight(name)).Append(network.Ap is { } ap ? $"{(100 * ap).ToString("0.0", CultureInfo.InvariantCulture),7}" : "      -");
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
