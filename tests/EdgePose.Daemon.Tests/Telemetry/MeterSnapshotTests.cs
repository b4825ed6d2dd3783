using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Telemetry;

namespace EdgePose.Daemon.Tests.Telemetry;

public sealed class MeterSnapshotTests
{
    [Fact]
    public void Two_snapshots_give_what_was_measured_between_them()
    {
        var meter = new PipelineMeter(TimeProvider.System);
        meter.Add(PipelineStep.Infer, TimeSpan.FromMilliseconds(900));
        var frame = new FramePool(1).Rent(4);
        meter.Did(frame, 9);
        var start = meter.Snapshot();
        for (var ms = 1; ms <= 100; ms++)
        {
            meter.Add(PipelineStep.Infer, TimeSpan.FromMilliseconds(ms));
            meter.Did(frame, 2);
        }

        var window = meter.Snapshot().Since(start);
        Assert.Equal(100, window.Frames);
        Assert.Equal(200, window.People);
        Assert.Equal(100, window[PipelineStep.Infer].Count);
        Assert.InRange(window[PipelineStep.Infer].Percentile(.5).TotalMilliseconds, 50, 52);
        Assert.InRange(window[PipelineStep.Infer].Max.TotalMilliseconds, 100, 104);
        Assert.Equal(50.5, window[PipelineStep.Infer].Mean.TotalMilliseconds, 3);
        Assert.Equal(0, window[PipelineStep.Group].Count);
    }

    [Fact]
    public void A_snapshot_stays_as_it_was()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromMilliseconds(1));
        var snapshot = histogram.Snapshot();
        histogram.Add(TimeSpan.FromMilliseconds(5));
        Assert.Equal((1, TimeSpan.FromMilliseconds(1)), (snapshot.Count, snapshot.Max));
    }
}
