using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Quantisation;

/// <summary>What it costs to have one convolution in 8 bits and all others in floating point.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Error">Share of the maps lost, mean over the outputs, on pictures that it was not calibrated on.</param>
public sealed record LayerSensitivity(string Layer, double Error);

/// <summary>The sensitivity of every layer, one at a time: where INT8 hurts, told before anything is decided.</summary>
public static class SensitivityTable
{
    /// <summary>Measures every layer that can be quantised.</summary>
    /// <param name="model">The network in floating point.</param>
    /// <param name="quantiser">Makes the networks.</param>
    /// <param name="heldOut">Pictures that it was not calibrated on.</param>
    /// <param name="onLayer">Receives each layer.</param>
    /// <param name="stop">Ends it between two layers.</param>
    /// <returns>Most sensitive first.</returns>
    public static IReadOnlyList<LayerSensitivity> Measure(
        OnnxModel model, NetworkQuantiser quantiser, CalibrationPictures heldOut, Action<LayerSensitivity>? onLayer = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(quantiser);
        IReadOnlyList<IReadOnlyDictionary<string, RunOutput>> maps = MapError.MapsOf(model, heldOut);
        var table = new List<LayerSensitivity>();
        foreach (string layer in quantiser.Layers)
        {
            stop.ThrowIfCancellationRequested();
            table.Add(new LayerSensitivity(layer, MapError.Measure(maps, quantiser.With([layer]), heldOut).Average(error => error.Relative)));
            onLayer?.Invoke(table[^1]);
        }

        return [.. table.OrderByDescending(layer => layer.Error)];
    }
}
