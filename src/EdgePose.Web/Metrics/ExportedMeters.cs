using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EdgePose.Web.Metrics;

/// <summary>What every exporter reads: the one meter of EdgePose, and the runtime's own.</summary>
internal static class ExportedMeters
{
    /// <summary>Source: the built-in metrics of .NET 9 and later (memory, collections, threads, processor time).</summary>
    private const string Runtime = "System.Runtime";

    /// <summary>Adds the meters, and the device as the resource.</summary>
    public static MeterProviderBuilder AddEdgePose(this MeterProviderBuilder builder, DeviceConfig device) => builder
        .AddMeter(PipelineMeter.MeterName)
        .AddMeter(Runtime)
        .ConfigureResource(resource => resource.AddService(
            serviceName: "edgepose", serviceNamespace: device.Site, serviceVersion: DaemonState.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: device.Id));
}
