using System.Text;
using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using NJsonSchema;

namespace EdgePose.Daemon.Tests.Telemetry;

public sealed class DeviceReporterTests
{
    [Fact]
    public async Task Faulty_maps_are_told_in_one_line_for_many_and_only_when_there_are_new_ones()
    {
        using var rig = new PipelineRig();
        var log = new ListLogger();
        var payloads = new List<string>();
        var (reporter, _, state) = Make(rig, log, payload => payloads.Add(Encoding.UTF8.GetString(payload)));
        for (var i = 0; i < 500; i++)
        {
            rig.Feed.CountReceived();
            rig.Feed.Counts.CountFaulty();
        }

        reporter.Report(withLine: false);
        reporter.Report(withLine: false);
        var line = Assert.Single(log.Text.Split('\n'));
        Assert.Contains("not finite for 500 frames", line, StringComparison.Ordinal);
        Assert.Contains("fp32", line, StringComparison.Ordinal);
        state.TakeRefusal(new ConfigurationRefusal(DateTimeOffset.UnixEpoch, ConfigurationRefusal.AtStart, ["an error"]));
        reporter.Report(withLine: true);
        Assert.Contains("received/inferred: test connecting", log.Text, StringComparison.Ordinal);

        var schema = await JsonSchema.FromFileAsync(Repository.File("docs", "events", "status.schema.json"), TestContext.Current.CancellationToken);
        Assert.Equal(3, payloads.Count);
        Assert.All(payloads, payload => Assert.Empty(schema.Validate(payload)));
        Assert.Contains("\"framesReceived\":500,\"framesInferred\":0,\"framesSuperseded\":0,\"framesCapped\":0,\"framesFaulty\":500", payloads[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_whose_run_failed_are_told_as_such_and_not_as_maps_that_are_not_finite()
    {
        using var rig = new PipelineRig();
        var log = new ListLogger();
        var (reporter, _, _) = Make(rig, log, _ => { });
        rig.Feed.Counts.CountFailed();
        rig.Feed.Counts.CountFailed();
        reporter.Report(withLine: false);
        reporter.Report(withLine: false);
        Assert.Contains("2 frames were left out, because the network failed while it ran", Assert.Single(log.Text.Split('\n')), StringComparison.Ordinal);
        Assert.Equal((2, 2), (rig.Feed.Counts.Faulty, rig.Feed.Counts.Failed)); // no frame is without a cause that is counted
        rig.Feed.Counts.CountFaulty();
        reporter.Report(withLine: false);
        Assert.Contains("not finite for 1 frames", log.Text.Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drops_since_the_last_line_are_told_at_the_stop()
    {
        using var rig = new PipelineRig();
        var log = new ListLogger();
        var dropped = new DropCounts(3, 0, 0, 0, 0, 0);
        var (reporter, _, _) = Make(rig, log, _ => { }, () => dropped);
        using var stop = new CancellationTokenSource();
        var running = reporter.RunAsync(stop.Token);
        dropped = new DropCounts(10, 0, 0, 0, 0, 2);
        await stop.CancelAsync();
        await running;
        Assert.Equal(
            ["3 events were dropped (full 3); see docs/delivery.md for what each cause asks for", "9 events were dropped (full 7, refused 2); see docs/delivery.md for what each cause asks for"],
            log.Text.Split('\n').Where(line => line.Contains("were dropped", StringComparison.Ordinal)).Select(line => line[line.IndexOfAny(['3', '9'])..]));
    }

    [Fact]
    public void The_will_and_the_farewell_know_nothing_of_cameras()
    {
        using var rig = new PipelineRig();
        var (reporter, status, _) = Make(rig, new ListLogger(), _ => { });
        reporter.Report(withLine: false);
        Assert.Contains("\"cameras\":[{\"camera\":\"test\"", Encoding.UTF8.GetString(status.Write(online: true)), StringComparison.Ordinal);
        Assert.Contains("\"cameras\":[]", Encoding.UTF8.GetString(status.Write(online: false)), StringComparison.Ordinal);
    }

    private static (DeviceReporter Reporter, DeviceStatus Status, DaemonState State) Make(PipelineRig rig, ListLogger log, Action<byte[]> publish, Func<DropCounts>? dropped = null)
    {
        var supervisor = new CameraSupervisor(rig.Feed, null, 24, 16, new EdgePose.Cameras.Frames.FramePool(1), new DecoderCommand("unused", []), TimeProvider.System, log);
        var state = new DaemonState(TimeProvider.System);
        state.TakeNetwork(rig.Network);
        var status = new DeviceStatus("device", "0", state);
        PublisherStatus Publisher() => new(true, string.Empty, new BrokerTerms(MqttVersion.V5) { KeepAliveSeconds = 15 }, 0, 0, 0, 0, 0, new StoreStatus(StoreMedium.Disk, string.Empty, 0, 0, null, dropped?.Invoke() ?? default));
        return (new DeviceReporter(() => [supervisor], status, state, publish, Publisher, _ => { }, TimeProvider.System, log), status, state);
    }
}
