using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Folding;

/// <summary>What folding made, and how far its maps lie from the parent's.</summary>
/// <param name="Manifest">The new network.</param>
/// <param name="Differences">One an output.</param>
public sealed record FoldResult(NetworkManifest Manifest, IReadOnlyList<MapDifference> Differences);

/// <summary>Folds a network and writes it.</summary>
public static class FoldedNetwork
{
    /// <summary>Rounding of 32-bit sums in another order, on maps that reach about 1; anything above is a fault of folding.</summary>
    private const double AllowedDifference = 1e-3;

    /// <summary>Folds, compares and writes.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="network">A network; left as it is.</param>
    /// <param name="padExplicitly">As <see cref="InputNormalisation.Fold"/>.</param>
    /// <param name="id">The new network's id, or null for the old one's and -folded.</param>
    /// <exception cref="NetworkException">There is nothing to fold, the maps would differ, or a file cannot be written.</exception>
    public static FoldResult Write(string folder, NetworkPackage network, bool padExplicitly = true, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        CalibrationPictures pattern = CalibrationPictures.Pattern(network); // refuses what does not fit together, before anything is computed from it
        OnnxModel folded = network.Model.Copy();
        int followers = ConvolutionFolder.FoldFollowers(folded.Graph);
        InputFolding input = InputNormalisation.Fold(folded.Graph, padExplicitly);
        if (followers == 0 && input == InputFolding.None)
        {
            throw network.Model.Graph.Fault("network", "there is nothing to fold: no batch normalisation, addition or factor follows a convolution alone, and the input is not normalised before convolutions alone");
        }

        IReadOnlyList<MapDifference> differences = MapDifference.Measure(
            network.Model, folded, [.. folded.Graph.Outputs.Select(output => (output.Name, output.Name))], pattern[0], pattern.HeightPx, pattern.WidthPx);
        MapDifference worst = differences.MaxBy(one => one.Largest / Math.Max(1, one.Range))!;
        if (worst.Largest > AllowedDifference * Math.Max(1, worst.Range))
        {
            throw network.Model.Graph.Fault($"output '{worst.Output}'", $"folding would change it by {worst.Largest:0.0e+0}; nothing was written: please report it with the network");
        }

        NetworkManifest manifest = NetworkPackageWriter.Derive(folder, id ?? $"{network.Manifest.Id}-folded", network, folded, new LineageStep
        {
            Tool = "edgepose model fold",
            Options = padExplicitly ? "" : "--no-pad",
            Remarks = Words(followers, input),
            Figures =
            [
                new("operators", $"{network.Model.Graph.Nodes.Count}", $"{folded.Graph.Nodes.Count}"),
                new("largest difference of a map", "", $"{worst.Largest:0.0e+0} ({worst.Output})"),
            ],
        });
        return new FoldResult(manifest, differences);
    }

    private static string Words(int followers, InputFolding input) => $"{followers} operators after convolutions were folded into them. " + input switch
    {
        InputFolding.Whole => "The input's normalisation is inside the first convolutions; where they pad, they do so with the grey that normalises to 0.",
        InputFolding.FactorOnly => "The factor of the input's normalisation is inside the first convolutions; the subtraction stays, because padding with 0 stands for the raw picture's grey.",
        InputFolding.None => "The input's normalisation was left as it was.",
        _ => throw new ArgumentOutOfRangeException(nameof(input), input, "Unknown folding of the input."),
    };
}
