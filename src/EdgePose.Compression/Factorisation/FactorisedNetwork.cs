using System.Globalization;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Reconstruction;
using EdgePose.Inference;

namespace EdgePose.Compression.Factorisation;

/// <summary>Factorises a network and writes it with manifest and card.</summary>
public static class FactorisedNetwork
{
    /// <summary>Factorises, measures and writes.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="network">A network; left as it is.</param>
    /// <param name="pictures">As <see cref="LayerFactoriser.Factorise"/>.</param>
    /// <param name="options">Which layers, how, and how far.</param>
    /// <param name="id">The new network's id, or null for the old one's and the method.</param>
    /// <param name="onLayer">Receives each layer that was refitted.</param>
    /// <param name="stop">Ends it; nothing is written then.</param>
    /// <exception cref="NetworkException">As <see cref="LayerFactoriser.Factorise"/>; or a file cannot be written.</exception>
    public static (NetworkManifest Manifest, FactoriseResult Result) Write(
        string folder, NetworkPackage network, CalibrationPictures? pictures, FactoriseOptions options, string? id = null, Action<LayerFit>? onLayer = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        FactoriseResult result = LayerFactoriser.Factorise(network.Model, options, pictures, onLayer, stop);
        string method = options.Method.ToString().ToLowerInvariant();
        CalibrationPictures looked = pictures ?? CalibrationPictures.Pattern(network); // no card is without what its maps lost
        IReadOnlyList<MapError> errors = MapError.Measure(MapError.MapsOf(network.Model, looked), result.Model, looked);
        NetworkManifest manifest = NetworkPackageWriter.Derive(folder, id ?? $"{network.Manifest.Id}-{method}", network, result.Model, new LineageStep
        {
            Tool = "edgepose model factorise",
            Options = Words(options, method, pictures),
            Remarks = string.Join("; ", result.Layers.Select(layer => $"{layer.Layer}: {layer.What}")) + ". "
                + (pictures is null ? "Factors of the weights as they are, not refitted" : "Each convolution refitted by least squares to what the original computes")
                + ". Not fine-tuned: train it before it is shipped.",
            Figures =
            [
                new("convolutions replaced", "", $"{result.Layers.Count}"),
                new("share of the weights' squares missed, largest", "0", Text(result.Layers.Max(layer => layer.Missed))),
                .. result.Fits.Count > 0
                    ? [new LineageFigure("variance that a layer misses, mean over layers", Text(result.Fits.Average(fit => fit.LeftBefore)), Text(result.Fits.Average(fit => fit.LeftAfter)))]
                    : Array.Empty<LineageFigure>(),
                .. errors.Select(error => new LineageFigure($"share of {error.Output} lost on {(pictures is null ? "a test pattern" : "the calibration pictures")}", "0", Text(error.Relative))),
            ],
        });
        return (manifest, result);
    }

    private static string Words(FactoriseOptions options, string method, CalibrationPictures? pictures)
    {
        string rank = options.Rank is { } fixedRank ? $"--rank {fixedRank}" : string.Create(CultureInfo.InvariantCulture, $"--energy {options.Energy}");
        return $"--method {method} {rank}" + (options.Kernel is { } kernel ? $" --kernel {kernel}" : "") + string.Concat(options.Layers.Select(layer => $" --layers {layer}"))
            + (pictures is null ? "" : $" --images {pictures.Count} --size {pictures.HeightPx}x{pictures.WidthPx}");
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
