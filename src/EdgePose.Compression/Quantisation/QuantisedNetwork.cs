using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using EdgePose.Compression.Packages;
using EdgePose.Inference;

namespace EdgePose.Compression.Quantisation;

/// <summary>What quantising made.</summary>
/// <param name="Manifest">The new network.</param>
/// <param name="Kept">Convolutions in floating point, and why.</param>
/// <param name="Quantised">Convolutions in 8 bits.</param>
/// <param name="Sensitivity">Every layer's, most sensitive first.</param>
/// <param name="Errors">Share of each output's maps lost on held-out pictures.</param>
/// <param name="Time">Time on this processor as a share of the floating point network's.</param>
/// <param name="Trials">What was tried to reach the limit; none without one.</param>
public sealed record QuantiseResult(
    NetworkManifest Manifest, IReadOnlyList<KeptLayer> Kept, IReadOnlyList<string> Quantised, IReadOnlyList<LayerSensitivity> Sensitivity, IReadOnlyList<MapError> Errors,
    double Time, IReadOnlyList<QuantisationTrial> Trials);

/// <summary>Quantises a network and writes it with manifest and card.</summary>
public static class QuantisedNetwork
{
    /// <summary>Quantises, measures and writes.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="network">A network; left as it is.</param>
    /// <param name="pictures">The last quarter is held out, and errors are measured on it; ranges are measured on the others.</param>
    /// <param name="options">How it is quantised.</param>
    /// <param name="limit">How much AP may be lost, or null for no limit but the family's advice.</param>
    /// <param name="id">The new network's id, or null for the old one's and -int8.</param>
    /// <param name="onLayer">Receives each layer of the sensitivity table.</param>
    /// <param name="stop">Ends it; nothing is written then.</param>
    /// <exception cref="NetworkException">As <see cref="NetworkQuantiser"/>; too few pictures; the limit cannot be met; or a file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The limit cannot be measured on its pictures.</exception>
    public static QuantiseResult Write(
        string folder, NetworkPackage network, CalibrationPictures pictures, QuantiseOptions options, LossLimit? limit = null, string? id = null,
        Action<LayerSensitivity>? onLayer = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        int measured = pictures.Count - Math.Max(1, pictures.Count / 4);
        if (measured < 1)
        {
            throw new NetworkException("calibration: at least 2 pictures are wanted, one of which is held out to measure the error; name a folder of more pictures.");
        }

        CalibrationPictures heldOut = pictures.Part(measured..);
        var quantiser = new NetworkQuantiser(network.Model, pictures.Part(..measured), options, stop);
        IReadOnlyList<double>? before = limit?.ApOf(network.Manifest, stop); // refuses what cannot be measured before the layers take their time
        IReadOnlyList<LayerSensitivity> table = SensitivityTable.Measure(network.Model, quantiser, heldOut, onLayer, stop);
        var trials = new List<QuantisationTrial>();
        int kept = limit is null ? 0
            : LayerChoice.Find(
                  table.Count, limit.MaxApLoss, count => limit.LossOf(network, before!, quantiser.With(table.Skip(count).Select(layer => layer.Layer)), stop), trials)
              ?? throw network.Model.Graph.Fault("network", FormattableString.Invariant(
                  $"it loses more than {limit.MaxApLoss} points of AP with any layer in 8 bits; tried with {string.Join(", ", trials.Select(Told))}"));
        string[] quantised = [.. quantiser.Layers.Except(table.Take(kept).Select(layer => layer.Layer))];
        OnnxModel model = quantiser.With(quantised);
        IReadOnlyList<MapError> errors = MapError.Measure(MapError.MapsOf(network.Model, heldOut), model, heldOut);
        double time = TimeShare.Measure(network.Model, model, heldOut, stop);
        IReadOnlyList<KeptLayer> all = [.. quantiser.Kept, .. table.Take(kept).Select(layer => new KeptLayer(layer.Layer, "else too much AP is lost"))];
        LineageStep step = QuantisationStory.Tell(options, pictures, limit, all, quantised, table, errors, time, trials.LastOrDefault(trial => trial.Kept == kept));
        NetworkManifest manifest = NetworkPackageWriter.Derive(folder, id ?? $"{network.Manifest.Id}-int8", network, model, step);
        return new QuantiseResult(manifest, all, quantised, table, errors, time, trials);
    }

    private static string Told(QuantisationTrial trial) =>
        FormattableString.Invariant($"{trial.Kept} layers kept: {trial.Worst.After:0.0} of {trial.Worst.Before:0.0} at exit {trial.Worst.Exit}");
}
