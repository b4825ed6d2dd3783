using EdgePose.Compression.Calibration;
using EdgePose.Compression.Graphs;

namespace EdgePose.Compression.Quantisation;

/// <summary>What a tensor held on the calibration pictures.</summary>
internal sealed class TensorStatistics
{
    /// <summary>Bins of each histogram. Source: NVIDIA, "8-bit inference with TensorRT" (GTC 2017).</summary>
    public const int Bins = 2048;

    /// <summary>Smallest value.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>Largest value.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Mean of each channel.</summary>
    public double[] ChannelMeans { get; private set; } = [];

    /// <summary>Counts from <see cref="Min"/> to <see cref="Max"/>.</summary>
    public long[] Values { get; } = new long[Bins];

    /// <summary>Counts of the values' sizes, from 0 to the largest.</summary>
    public long[] Magnitudes { get; } = new long[Bins];

    /// <summary>The largest size of a value.</summary>
    public double Largest => Math.Max(Math.Abs(Min), Math.Abs(Max));

    /// <summary>Collects several tensors' in two passes over the pictures: ranges and means, then histograms between them.</summary>
    public static IReadOnlyDictionary<string, TensorStatistics> Collect(OnnxModel model, IReadOnlyCollection<string> tensors, CalibrationPictures pictures, CancellationToken stop)
    {
        Dictionary<string, TensorStatistics> all = tensors.ToDictionary(tensor => tensor, _ => new TensorStatistics());
        string input = model.Graph.Inputs.Single().Name;
        string[] watched = [.. tensors.Where(tensor => tensor != input)];
        using var runner = new GraphRunner(GraphRunner.Watching(model, watched));
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < pictures.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                if (all.TryGetValue(input, out TensorStatistics? ofInput))
                {
                    ofInput.Add(new RunOutput(pictures.Sizes, pictures[i]), pass, pictures.Count);
                }

                foreach ((string tensor, RunOutput maps) in watched.Length == 0 ? new Dictionary<string, RunOutput>() : runner.Run(pictures[i], pictures.Sizes, watched))
                {
                    all[tensor].Add(maps, pass, pictures.Count);
                }
            }
        }

        return all;
    }

    /// <summary>Adds one picture's values.</summary>
    internal void Add(RunOutput maps, int pass, int pictures)
    {
        if (pass == 0)
        {
            AddRange(maps, pictures);
            return;
        }

        double binsAValue = Max > Min ? Bins / (Max - Min) : 0, binsASize = Largest > 0 ? Bins / Largest : 0;
        foreach (float value in maps.Values)
        {
            Values[Math.Min(Bins - 1, (int)((value - Min) * binsAValue))]++;
            Magnitudes[Math.Min(Bins - 1, (int)(Math.Abs(value) * binsASize))]++;
        }
    }

    private void AddRange(RunOutput maps, int pictures)
    {
        int channels = (int)maps.Sizes[1], plane = maps.Values.Length / channels;
        if (ChannelMeans.Length == 0)
        {
            ChannelMeans = new double[channels];
        }

        for (int c = 0; c < channels; c++)
        {
            double sum = 0;
            foreach (float value in maps.Values.AsSpan(c * plane, plane))
            {
                sum += value;
                (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
            }

            ChannelMeans[c] += sum / plane / pictures;
        }
    }
}
