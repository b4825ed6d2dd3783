using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Daemon.Settings;

/// <summary>Where metrics are sent. A scrape needs nothing of this.</summary>
public sealed record MetricsConfig
{
    /// <summary>The collector that gets the metrics by OTLP; null sends none.</summary>
    [Description("OpenTelemetry collector: http://host:4317 for gRPC, http://host:4318/v1/metrics for HTTP, https:// for TLS. Without it nothing is sent.")]
    [DataType(SettingText.Address)]
    public string? OtlpAddress { get; init; }

    /// <summary>The form of OTLP.</summary>
    [Description("Form of OTLP: grpc or http.")]
    public OtlpForm OtlpForm { get; init; } = OtlpForm.Grpc;

    /// <summary>Seconds from one export to the next.</summary>
    [Description("Seconds between exports by OTLP.")]
    [Range(1, 3600)]
    public int OtlpIntervalSeconds { get; init; } = 60;
}
