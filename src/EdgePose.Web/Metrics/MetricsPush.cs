using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace EdgePose.Web.Metrics;

/// <summary>Sends the metrics to a collector by OTLP, if the configuration names one. A collector that is away costs nothing but a retry.</summary>
/// <param name="config">The section of metrics.</param>
/// <param name="device">Becomes the resource, so that a collector tells devices apart.</param>
/// <param name="metrics">Made before the first export.</param>
internal sealed class MetricsPush(MetricsConfig config, DeviceConfig device, DeviceMetrics metrics) : IHostedService, IDisposable
{
    private MeterProvider? provider;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        if (config.OtlpAddress is { } address)
        {
            provider = Sdk.CreateMeterProviderBuilder()
                .AddEdgePose(device)
                .AddOtlpExporter((exporter, reader) =>
                {
                    exporter.Endpoint = new Uri(address);
                    exporter.Protocol = config.OtlpForm == OtlpForm.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = config.OtlpIntervalSeconds * 1000;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        provider?.Shutdown(timeoutMilliseconds: 2000); // the last export; a collector that is away must not hold up the stop
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => provider?.Dispose();
}
