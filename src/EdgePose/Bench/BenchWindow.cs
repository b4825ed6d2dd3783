using EdgePose.Daemon.Telemetry;

namespace EdgePose.Cli.Bench;

/// <summary>What was measured between two moments.</summary>
/// <param name="Meter">The pipeline's steps.</param>
/// <param name="Send">The publisher's sending of one pose message.</param>
/// <param name="Elapsed">How long it was.</param>
/// <param name="Cpu">Processor time of this process (not of the decoder children) in it.</param>
/// <param name="Messages">Pose messages that were sent.</param>
/// <param name="MessagesDropped">Pose messages that were not, because the publisher was too slow.</param>
internal sealed record BenchWindow(MeterSnapshot Meter, LatencyHistogram Send, TimeSpan Elapsed, TimeSpan Cpu, long Messages, long MessagesDropped)
{
    public double FramesPerSecond => Meter.Frames / Elapsed.TotalSeconds;

    /// <summary>The state at the beginning; <see cref="End"/> turns it into a window.</summary>
    public static BenchWindow Begin(PipelineMeter meter, LoopbackPublishing publishing)
    {
        var status = publishing.Publisher.Status;
        return new(meter.Snapshot(), publishing.SendTimes.Snapshot(), TimeSpan.Zero, Environment.CpuUsage.TotalTime, status.PosesSent, status.PosesDropped);
    }

    /// <summary>What was measured since.</summary>
    public BenchWindow End(PipelineMeter meter, LoopbackPublishing publishing)
    {
        var now = Begin(meter, publishing);
        return new(
            now.Meter.Since(Meter), now.Send.Since(Send), now.Meter.Elapsed(Meter), now.Cpu - Cpu, now.Messages - Messages, now.MessagesDropped - MessagesDropped);
    }
}
