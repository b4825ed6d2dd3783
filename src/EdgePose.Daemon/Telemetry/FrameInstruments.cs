using System.Diagnostics.Metrics;

namespace EdgePose.Daemon.Telemetry;

/// <summary>The instruments of the frame path: durations by step, latency and people by camera. Recording allocates nothing.</summary>
internal sealed class FrameInstruments(Meter meter)
{
    /// <summary>
    /// Upper bounds of the buckets, in seconds: 1-2.5-5 a decade, from a tracker's step to a network on a slow processor. Twelve keep a histogram at 15 series.
    /// </summary>
    private static readonly InstrumentAdvice<double> Buckets =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] };

    private static readonly KeyValuePair<string, object?>[] Steps =
        [.. Enum.GetNames<PipelineStep>().Select(name => new KeyValuePair<string, object?>("step", name.ToLowerInvariant()))];

    private readonly Histogram<double> durations =
        meter.CreateHistogram("edgepose.pipeline.step.duration", "s", "Duration of one step of the pipeline.", null, Buckets);

    private readonly Histogram<double> latencies =
        meter.CreateHistogram("edgepose.camera.frame.latency", "s", "From a frame's arrival until its poses were handed over.", null, Buckets);

    private readonly Counter<long> people =
        meter.CreateCounter<long>("edgepose.camera.people", "{person}", "Visible people, summed over the frames. Divide by the inferred frames for the mean.");

    /// <summary>Takes the duration of a step.</summary>
    public void Took(PipelineStep step, TimeSpan duration) => durations.Record(duration.TotalSeconds, Steps[(int)step]);

    /// <summary>Takes a frame that is done.</summary>
    public void Did(string camera, TimeSpan latency, int visiblePeople)
    {
        var tag = new KeyValuePair<string, object?>("camera", camera);
        latencies.Record(latency.TotalSeconds, tag);
        people.Add(visiblePeople, tag);
    }
}
