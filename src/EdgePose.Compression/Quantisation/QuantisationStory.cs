using System.Globalization;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Packages;

namespace EdgePose.Compression.Quantisation;

/// <summary>The part of a card on a quantisation.</summary>
internal static class QuantisationStory
{
    /// <summary>The number of most sensitive layers that the card names; the tool prints the whole table.</summary>
    private const int NamedLayers = 8;

    public static LineageStep Tell(
        QuantiseOptions options, CalibrationPictures pictures, LossLimit? limit, IReadOnlyList<KeptLayer> kept, IReadOnlyList<string> quantised,
        IReadOnlyList<LayerSensitivity> table, IReadOnlyList<MapError> errors, double time, QuantisationTrial? ended) => new()
    {
        Tool = "edgepose model quantise",
        Options = Options(options, pictures, limit),
        Remarks = $"INT8 after training, as QuantizeLinear and DequantizeLinear pairs: weights signed and symmetric, one scale a channel; activations "
            + (options.Target == QuantisationTarget.Cpu ? "unsigned with a zero point; biases in 32 bits." : "signed and symmetric; biases in floating point.")
            + " Biases make up for the mean error of the rounded weights. In floating point stay: "
            + string.Join("; ", kept.GroupBy(layer => layer.Reason).Select(group => $"{string.Join(", ", group.Select(layer => layer.Layer))} ({group.Key})"))
            + ". Errors and times are of the machine that quantised it; a processor without VNNI, or a GPU, gives others.",
        Figures =
        [
            new("convolutions in 8 bits", "0", $"{quantised.Count} of {quantised.Count + kept.Count}"),
            .. errors.Select(error => new LineageFigure($"share of {error.Output} lost on held-out pictures", "0", Text(error.Relative))),
            .. table.Take(NamedLayers).Select(layer => new LineageFigure($"share lost with {layer.Layer} alone in 8 bits", "0", Text(layer.Error))),
            .. ended?.Exits.Select(exit => new LineageFigure(
                $"AP of exit {exit.Exit} on {limit!.Pictures.Labels.Images.Count} labelled pictures, {limit.Options.Sizing}", Ap(exit.Before), Ap(exit.After))) ?? [],
        ],
        Times = [new("time on the processor that quantised it", "1", time.ToString("0.00", CultureInfo.InvariantCulture))],
    };

    private static string Options(QuantiseOptions options, CalibrationPictures pictures, LossLimit? limit)
    {
        string method = options.Method switch
        {
            RangeMethod.Max => "max",
            RangeMethod.Entropy => "entropy",
            RangeMethod.Percentile => $"percentile --percentile {options.Percentile.ToString(CultureInfo.InvariantCulture)}",
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Unknown method of ranges."),
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"--target {(options.Target == QuantisationTarget.Cpu ? "cpu" : "tensorrt")} --method {method} --images {pictures.Count} --size {pictures.HeightPx}x{pictures.WidthPx}")
            + (options.KeepFamilys ? "" : " --keep-none") + string.Concat(options.Keep.Select(layer => $" --keep {layer}"))
            + (limit is null ? "" : string.Create(CultureInfo.InvariantCulture, $" --max-ap-loss {limit.MaxApLoss}"));
    }

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Ap(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
