using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Precision;

/// <summary>What the conversion made, and how far its maps lie from the parent's.</summary>
/// <param name="Manifest">The new network.</param>
/// <param name="Report">What became of the weights.</param>
/// <param name="Differences">One an output, on the processor.</param>
public sealed record HalfResult(NetworkManifest Manifest, HalfReport Report, IReadOnlyList<MapDifference> Differences);

/// <summary>Converts a network to 16 bits and writes it.</summary>
public static class HalfNetwork
{
    /// <summary>Converts, compares and writes.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="network">A network; left as it is.</param>
    /// <param name="id">The new network's id, or null for the old one's and -fp16.</param>
    /// <exception cref="NetworkException">As <see cref="HalfPrecision.Convert"/>; the maps are not finite; or a file cannot be written.</exception>
    public static HalfResult Write(string folder, NetworkPackage network, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        OnnxModel half = network.Model.Copy();
        HalfReport report = HalfPrecision.Convert(half);
        CalibrationPictures pattern = CalibrationPictures.Pattern(network);
        IReadOnlyList<MapDifference> differences = MapDifference.Measure(
            network.Model, half, [.. half.Graph.Outputs.Select(output => (output.Name, output.Name))], pattern[0], pattern.HeightPx, pattern.WidthPx);
        MapDifference worst = differences.MaxBy(one => one.Largest)!;
        if (!double.IsFinite(worst.Largest))
        {
            throw network.Model.Graph.Fault($"output '{worst.Output}'", "its maps are not finite in 16 bits; fold the network first, or keep it in 32 bits");
        }

        NetworkManifest manifest = NetworkPackageWriter.Derive(folder, id ?? $"{network.Manifest.Id}-fp16", network, half, new LineageStep
        {
            Tool = "edgepose model fp16",
            Remarks = "Weights and arithmetic in 16-bit floating point; input and outputs stay 32-bit. Compared on a test picture, on a processor.",
            Figures =
            [
                new("values in 16 bits", "0", $"{report.Weights}"),
                new("values that became 0", "", $"{report.Vanished}"),
                new("largest relative error of a value", "", $"{report.LargestRelativeError:0.0e+0}"),
                .. differences.Select(one => new LineageFigure($"largest difference of {one.Output}", "", $"{one.Largest:0.0e+0} (maps reach {one.Range:0.00})")),
            ],
        });
        return new HalfResult(manifest, report, differences);
    }
}
