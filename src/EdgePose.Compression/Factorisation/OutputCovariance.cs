using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;
using MathNet.Numerics.LinearAlgebra;

namespace EdgePose.Compression.Factorisation;

/// <summary>
/// In which directions a layer's outputs really vary: weights that never meet an input of their kind need not be held. Source: Zhang, Zou, He and Sun 2016, "Accelerating very
/// deep convolutional networks", section 3.1 (the linear case).
/// </summary>
internal static class OutputCovariance
{
    /// <summary>Cells a picture; 64 pictures give several times as many as a layer of 512 channels has directions.</summary>
    private const int CellsAPicture = 128;

    /// <summary>Measures several layers' at once.</summary>
    /// <returns>By output tensor: channels x channels, of the outputs about their means.</returns>
    public static IReadOnlyDictionary<string, Matrix<double>> Of(OnnxModel model, IReadOnlyCollection<string> outputs, CalibrationPictures pictures, CancellationToken stop)
    {
        using var runner = new GraphRunner(GraphRunner.Watching(model, outputs));
        Dictionary<string, List<double[]>> samples = outputs.ToDictionary(output => output, _ => new List<double[]>());
        for (int i = 0; i < pictures.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            var random = new Random(i);
            foreach ((string output, RunOutput maps) in runner.Run(pictures[i], pictures.Sizes, [.. outputs]))
            {
                int channels = (int)maps.Sizes[1], plane = maps.Values.Length / channels;
                for (int n = 0; n < Math.Min(plane, CellsAPicture); n++)
                {
                    int cell = plane <= CellsAPicture ? n : random.Next(plane);
                    samples[output].Add([.. Enumerable.Range(0, channels).Select(c => (double)maps.Values[(c * plane) + cell])]);
                }
            }
        }

        return samples.ToDictionary(pair => pair.Key, pair => Covariance(pair.Value));
    }

    private static Matrix<double> Covariance(List<double[]> rows)
    {
        Matrix<double> samples = Matrix<double>.Build.DenseOfRowArrays(rows);
        Vector<double> mean = samples.ColumnSums() / rows.Count;
        return (samples.TransposeThisAndMultiply(samples) / rows.Count) - mean.OuterProduct(mean);
    }
}
