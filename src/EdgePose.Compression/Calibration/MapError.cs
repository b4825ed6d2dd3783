using EdgePose.Compression.Graphs;
using EdgePose.Inference;

namespace EdgePose.Compression.Calibration;

/// <summary>How far a changed network's maps lie from the original's over several pictures.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Relative">Sum of squared differences over the sum of squares of the original's maps about their channels' means: 0 for equal maps, 1 for maps that say nothing.</param>
public sealed record MapError(string Output, double Relative)
{
    /// <summary>The original's maps on these pictures, to measure several networks against.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, RunOutput>> MapsOf(OnnxModel model, CalibrationPictures pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var runner = new GraphRunner(model);
        return [.. Enumerable.Range(0, pictures.Count).Select(i => runner.Run(pictures[i], pictures.Sizes))];
    }

    /// <summary>Measures every output that both have.</summary>
    /// <exception cref="NetworkException">The runtime refuses the network.</exception>
    public static IReadOnlyList<MapError> Measure(IReadOnlyList<IReadOnlyDictionary<string, RunOutput>> original, OnnxModel changed, CalibrationPictures pictures)
    {
        ArgumentNullException.ThrowIfNull(original);
        IReadOnlyList<IReadOnlyDictionary<string, RunOutput>> found = MapsOf(changed, pictures);
        return [.. changed.Graph.Outputs.Select(output => output.Name).Where(original[0].ContainsKey).Select(name => new MapError(name, Of(original, found, name)))];
    }

    private static double Of(
        IReadOnlyList<IReadOnlyDictionary<string, RunOutput>> original, IReadOnlyList<IReadOnlyDictionary<string, RunOutput>> found, string output)
    {
        double error = 0, whole = 0;
        int channels = (int)original[0][output].Sizes[1];
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0;
            long count = 0;
            for (int i = 0; i < original.Count; i++)
            {
                float[] one = original[i][output].Values, other = found[i][output].Values;
                int plane = one.Length / channels;
                for (int at = c * plane; at < (c + 1) * plane; at++)
                {
                    double difference = (double)other[at] - one[at];
                    error += difference * difference;
                    sum += one[at];
                    squares += (double)one[at] * one[at];
                }

                count += plane;
            }

            whole += squares - (sum * sum / count);
        }

        return whole > 0 ? error / whole : error > 0 ? 1 : 0;
    }
}
