using System.Collections.Immutable;
using EdgePose.Regions;

namespace EdgePose.Daemon.Telemetry;

/// <summary>What a meter had measured at one moment, or, from <see cref="Since"/>, between two.</summary>
/// <param name="Timestamp">The clock's reading at the end.</param>
/// <param name="Frames">Frames that went through the network.</param>
/// <param name="Batches">Batches that did.</param>
/// <param name="People">Visible people, summed over the frames.</param>
/// <param name="Steps">A histogram a step, in the order of <see cref="PipelineStep"/>.</param>
/// <param name="Time">The clock.</param>
public sealed record MeterSnapshot(long Timestamp, long Frames, long Batches, long People, ImmutableArray<LatencyHistogram> Steps, TimeProvider Time)
{
    /// <summary>Network pixels that were looked at.</summary>
    public long Pixels { get; init; }

    /// <summary>Views that went through the network, in the order of <see cref="ViewKind"/>.</summary>
    public ImmutableArray<long> Views { get; init; } = [0, 0, 0];

    /// <summary>The histogram of one step.</summary>
    public LatencyHistogram this[PipelineStep step] => Steps[(int)step];

    /// <summary>What was measured after <paramref name="earlier"/>.</summary>
    public MeterSnapshot Since(MeterSnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return this with
        {
            Frames = Frames - earlier.Frames, Batches = Batches - earlier.Batches, People = People - earlier.People, Pixels = Pixels - earlier.Pixels,
            Views = [.. Views.Zip(earlier.Views, (now, before) => now - before)],
            Steps = [.. Steps.Select((step, i) => step.Since(earlier.Steps[i]))],
        };
    }

    /// <summary>From <paramref name="earlier"/> to this.</summary>
    public TimeSpan Elapsed(MeterSnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Time.GetElapsedTime(earlier.Timestamp, Timestamp);
    }
}
