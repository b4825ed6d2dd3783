using System.Globalization;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Events;

/// <summary>Reports every ten seconds how the device does, to the broker (the retained status) and to systemd, and every minute in one line of the log.</summary>
/// <param name="cameras">The cameras that run.</param>
/// <param name="status">Writes the retained status.</param>
/// <param name="state">Knows what was refused.</param>
/// <param name="publish">Publishes the status.</param>
/// <param name="publisher">How the publisher stands.</param>
/// <param name="tellManager">Gets one line for the service manager.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class DeviceReporter(
    Func<IReadOnlyList<CameraSupervisor>> cameras, DeviceStatus status, DaemonState state, Action<byte[]> publish, Func<PublisherStatus> publisher, Action<string> tellManager,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private const int RoundsALine = 6;

    private readonly Lock gate = new();
    private Watched[] watched = [];
    private DropCounts dropsTold;
    private int quietRounds = RoundsALine;

    /// <summary>Reports until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            var round = 0;
            do
            {
                Report(withLine: round++ % RoundsALine == RoundsALine - 1);
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            TellOfDrops(publisher().Events.Dropped, isLast: true);
        }
    }

    /// <summary>One report.</summary>
    /// <param name="withLine">Whether the log gets its line.</param>
    public void Report(bool withLine)
    {
        lock (gate) // a change of the configuration reports out of turn
        {
            watched = [.. cameras().Select(camera => watched.FirstOrDefault(known => known.Camera == camera) ?? new Watched(camera, time))];
            var reports = watched.Select(camera => camera.Rates.Look()).ToArray();
            var broker = publisher();
            status.Refresh(reports, broker);
            publish(status.Write(online: true));
            tellManager(Summary(reports, broker) + (state.Refusal is { } refusal ? $"; configuration refused ({refusal.Errors.Count} errors, in the log), the one before runs on" : string.Empty));
            TellOfFaultyFrames(reports);
            TellOfDrops(broker.Events.Dropped);
            if (withLine)
            {
                LogMinute(string.Join(", ", watched.Select(camera => Line(camera.MinuteRates.Look()))));
            }
        }
    }

    /// <summary>One line when events begin to be dropped, then one a minute, and one at the end.</summary>
    private void TellOfDrops(DropCounts dropped, bool isLast = false)
    {
        quietRounds++;
        if (dropped != dropsTold && (isLast || quietRounds >= RoundsALine))
        {
            LogDrops(dropped.Since(dropsTold).Total, dropped.Since(dropsTold).ToString());
            (dropsTold, quietRounds) = (dropped, 0);
        }
    }

    private static string Summary(CameraReport[] reports, PublisherStatus publisher) => string.Create(CultureInfo.InvariantCulture,
        $"{reports.Count(report => report.Status.State == CameraState.Running)} of {reports.Length} cameras running, {reports.Sum(report => report.InferredFps):0.0} frames/s, broker {(publisher.IsConnected ? "connected" : "away")}");

    private static string Line(CameraReport report) => report.Status.State == CameraState.Running
        ? string.Create(CultureInfo.InvariantCulture, $"{report.Status.Id} {report.ReceivedFps:0.0}/{report.InferredFps:0.0}")
        : $"{report.Status.Id} {JsonNames.Of(report.Status.State)}";

    private void TellOfFaultyFrames(CameraReport[] reports)
    {
        for (var i = 0; i < reports.Length; i++)
        {
            var (status, told) = (reports[i].Status, watched[i]);
            var ofMaps = status.FramesFaulty - status.FramesFailed;
            if (ofMaps > told.FaultyMapsTold)
            {
                LogFaultyMaps(status.Id, ofMaps - told.FaultyMapsTold);
                told.FaultyMapsTold = ofMaps;
            }

            if (status.FramesFailed > told.FailedTold)
            {
                LogFailedRuns(status.Id, status.FramesFailed - told.FailedTold);
                told.FailedTold = status.FramesFailed;
            }
        }
    }

    [LoggerMessage(EventId = LogEvents.ReportMinute, Level = LogLevel.Information, Message = "Frames a second, received/inferred: {Cameras}")]
    private partial void LogMinute(string cameras);

    [LoggerMessage(EventId = LogEvents.ReportDrops, Level = LogLevel.Warning, Message = "{Events} events were dropped ({Causes}); see docs/delivery.md for what each cause asks for")]
    private partial void LogDrops(long events, string causes);

    [LoggerMessage(EventId = LogEvents.ReportFaultyMaps, Level = LogLevel.Error, Message = "Camera {Camera}: the network gave maps that are not finite for {Frames} frames, which were left out; its weights are broken or the precision is too low for them: export it again, or set network.precision to fp32")]
    private partial void LogFaultyMaps(string camera, long frames);

    [LoggerMessage(EventId = LogEvents.ReportFailedRuns, Level = LogLevel.Error, Message = "Camera {Camera}: {Frames} frames were left out, because the network failed while it ran on them; the line of the failure, before this one, says why and what follows")]
    private partial void LogFailedRuns(string camera, long frames);

    /// <summary>A camera as of the look before.</summary>
    private sealed class Watched(CameraSupervisor camera, TimeProvider time)
    {
        public CameraSupervisor Camera { get; } = camera;

        public CameraRates Rates { get; } = new(camera, time);

        public CameraRates MinuteRates { get; } = new(camera, time);

        public long FaultyMapsTold { get; set; }

        public long FailedTold { get; set; }
    }
}
