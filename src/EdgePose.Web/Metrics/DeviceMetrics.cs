using System.Diagnostics.Metrics;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;

namespace EdgePose.Web.Metrics;

/// <summary>The instruments that are read only when somebody scrapes: spool, network, overload, configuration and the device's sensors.</summary>
internal sealed class DeviceMetrics
{
    private static readonly OverloadStep[] Steps = Enum.GetValues<OverloadStep>();

    private readonly EdgePoseService service;
    private readonly DaemonState state;

    /// <summary>Adds the instruments to <paramref name="meter"/>.</summary>
    public DeviceMetrics(Meter meter, EdgePoseService service, DaemonState state, DeviceSensors sensors)
    {
        (this.service, this.state) = (service, state);
        meter.CreateObservableGauge("edgepose.ready", () => service.Live is { IsRunning: true } ? 1 : 0, description: "1 while frames can flow: the network is open and the rooms run.");
        meter.CreateObservableGauge("edgepose.configuration.refused", () => state.Refusal is null ? 0 : 1, description: "1 while the configuration on the disk is refused and another one runs.");
        meter.CreateObservableGauge("edgepose.configuration.restart.needed", () => state.Configuration.RestartNeeded.Count, "{key}", "Keys that only the next start takes over.");
        meter.CreateObservableGauge("edgepose.network.info", Network, description: "Always 1: its labels name the network, its exit and the execution provider that runs.");
        meter.CreateObservableGauge("edgepose.overload.step", Overload, description: "1 while the step against overload is taken.");
        meter.CreateObservableGauge("edgepose.spool.size", () => Store(store => store.Bytes), "By", "Size of the events that wait.");
        meter.CreateObservableGauge("edgepose.spool.oldest.age", () => Store(store => store.OldestAge?.TotalSeconds ?? 0), "s", "Age of the oldest event that waits; 0 while none waits.");
        meter.CreateObservableGauge("edgepose.spool.medium", Medium, description: "1 for the place where events wait: disk, memory, or holding while the disk takes none.");
        meter.CreateObservableCounter("edgepose.spool.dropped", Drops, "{event}", "Events dropped since the start, by cause.");
        meter.CreateObservableGauge("edgepose.mqtt.topics.refused", () => Live(live => live.Delivery.TopicsRefused), "{topic}", "Topics that the broker refuses from this user.");
        meter.CreateObservableGauge("edgepose.device.temperature", () => Readings(sensors.Temperatures(), "zone"), "Cel", "Temperature of a thermal zone.");
        meter.CreateObservableGauge("edgepose.device.power", () => Readings(sensors.Power(), "rail"), "W", "Power of a rail.");
        meter.CreateObservableGauge("edgepose.device.gpu.load", () => sensors.GpuLoad() is { } load ? [new Measurement<double>(load)] : Array.Empty<Measurement<double>>(), "1", "Load of the integrated GPU.");
    }

    private Measurement<T>[] Live<T>(Func<LiveDaemon, T> value)
        where T : struct => service.Live is { } live ? [new Measurement<T>(value(live))] : [];

    private Measurement<T>[] Store<T>(Func<StoreStatus, T> value)
        where T : struct => Live(live => value(live.Delivery.Events));

    private Measurement<int>[] Network() => state.Network is { } network ? [new(1, Tags(network))] : [];

    private static KeyValuePair<string, object?>[] Tags(PoseNetwork network) =>
    [
        new("network", network.Manifest.Id), new("exit", network.Exit.Name), new("provider", network.Providers.Ran.ToString().ToLowerInvariant()),
    ];

    private Measurement<int>[] Overload()
    {
        var taken = state.Overload.Steps;
        return [.. Steps.Select(step => new Measurement<int>(taken.Contains(step) ? 1 : 0, new KeyValuePair<string, object?>("step", Name(step))))];
    }

    private Measurement<int>[] Medium() => service.Live is { Delivery.Events.Medium: var medium }
        ? [.. Enum.GetValues<StoreMedium>().Select(each => new Measurement<int>(each == medium ? 1 : 0, new KeyValuePair<string, object?>("medium", Name(each))))]
        : [];

    private Measurement<long>[] Drops()
    {
        if (service.Live is not { Delivery.Events.Dropped: var (full, aged, diskFull, diskSlow, corrupt, refused) })
        {
            return [];
        }

        return [Of(full, DropCause.Full), Of(aged, DropCause.Aged), Of(diskFull, DropCause.DiskFull), Of(diskSlow, DropCause.DiskSlow), Of(corrupt, DropCause.Corrupt), Of(refused, DropCause.Refused)];
        static Measurement<long> Of(long count, DropCause cause) => new(count, new KeyValuePair<string, object?>("cause", Name(cause)));
    }

    private static Measurement<double>[] Readings(IReadOnlyList<DeviceSensors.Reading> readings, string tag) =>
        [.. readings.Select(reading => new Measurement<double>(reading.Value, new KeyValuePair<string, object?>(tag, reading.Name)))];

    /// <summary>A value's name in the configuration and in payloads.</summary>
    private static string Name(Enum value) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
