using System.Globalization;
using EdgePose.Compression.Calibration;
using EdgePose.Compression.Packages;
using EdgePose.Compression.Reconstruction;
using EdgePose.Inference;

namespace EdgePose.Compression.Pruning;

/// <summary>Prunes a network and writes it with manifest and card.</summary>
public static class PrunedNetwork
{
    /// <summary>Prunes, measures and writes.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="network">A network; left as it is.</param>
    /// <param name="pictures">As <see cref="ChannelPruner.Prune"/>.</param>
    /// <param name="options">How much is pruned.</param>
    /// <param name="id">The new network's id, or null for the old one's and -pruned.</param>
    /// <param name="onLayer">Receives each layer that was refitted.</param>
    /// <param name="stop">Ends it; nothing is written then.</param>
    /// <exception cref="NetworkException">As <see cref="ChannelPruner.Prune"/>; or a file cannot be written.</exception>
    public static (NetworkManifest Manifest, PruneResult Result) Write(
        string folder, NetworkPackage network, CalibrationPictures pictures, PruneOptions options, string? id = null, Action<LayerFit>? onLayer = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        PruneResult result = ChannelPruner.Prune(network.Model, pictures, options, onLayer, stop);
        IReadOnlyList<MapError> errors = MapError.Measure(MapError.MapsOf(network.Model, pictures), result.Model, pictures);
        PrunedWidth[] narrowed = [.. result.Widths.Where(width => width.After < width.Before)];
        NetworkManifest manifest = NetworkPackageWriter.Derive(folder, id ?? $"{network.Manifest.Id}-pruned", network, result.Model, new LineageStep
        {
            Tool = "edgepose model prune",
            Options = Words(options, pictures),
            Remarks = "Channels chosen by mean activation times the norm of the weights that read them, one threshold for the whole network; "
                + (options.Refit ? "then each convolution refitted by least squares to what the original computes from what the pruned network feeds it." : "weights not refitted.")
                + " Not fine-tuned: train it before it is shipped.",
            Figures =
            [
                new("channels that can go", Text(result.Widths.Sum(width => width.Before)), Text(result.Widths.Sum(width => width.After))),
                new("layers narrowed", "", $"{narrowed.Length} of {result.Widths.Count}"),
                .. Refits(result.Fits),
                .. errors.Select(error => new LineageFigure($"share of {error.Output} lost on the calibration pictures", "0", error.Relative.ToString("0.000", CultureInfo.InvariantCulture))),
            ],
            Times = result.Time is { } time ? [new LineageFigure("time on the processor that pruned it", "1", time.ToString("0.00", CultureInfo.InvariantCulture))] : [],
        });
        return (manifest, result);
    }

    private static IEnumerable<LineageFigure> Refits(IReadOnlyList<LayerFit> fits)
    {
        if (fits.Count > 0)
        {
            yield return new("layers refitted", "", $"{fits.Count(fit => fit.Refitted)} of {fits.Count}");
            yield return new(
                "variance that a layer misses, mean over layers", fits.Average(fit => fit.LeftBefore).ToString("0.000", CultureInfo.InvariantCulture),
                fits.Average(fit => fit.LeftAfter).ToString("0.000", CultureInfo.InvariantCulture));
        }
    }

    private static string Words(PruneOptions options, CalibrationPictures pictures) => string.Create(
        CultureInfo.InvariantCulture,
        $"--macs {options.Macs}{(options.Latency is { } latency ? $" --latency {latency}" : "")} --images {pictures.Count} --size {pictures.HeightPx}x{pictures.WidthPx}{(options.Refit ? "" : " --no-refit")}");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
