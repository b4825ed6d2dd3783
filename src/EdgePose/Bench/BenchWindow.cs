using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;

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
    public static BenchWindow Begin(PipelineMeter meter, MqttPublisher publisher)
    {
        var status = publisher.Status;
        return new(meter.Snapshot(), publisher.SendTime.Snapshot(), TimeSpan.Zero, Environment.CpuUsage.TotalTime, status.PosesSent, status.PosesDropped);
    }

    /// <summary>What was measured since.</summary>
    public BenchWindow End(PipelineMeter meter, MqttPublisher publisher)
    {
        var now = Begin(meter, publisher);
        return new(
            now.Meter.Since(Meter), now.Send.Since(Send), now.Meter.Elapsed(Meter), now.Cpu - Cpu, now.Messages - Messages, now.MessagesDropped - MessagesDropped);
    }
}
