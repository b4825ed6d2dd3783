using System.Diagnostics.Metrics;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;

namespace EdgePose.Cli.Bench;

/// <summary>Gathers the publisher's send durations into a histogram with percentiles, as any exporter would: by listening to the meter.</summary>
internal sealed class SendTimes : IDisposable
{
    private readonly LatencyHistogram histogram = new();
    private readonly MeterListener listener = new();

    public SendTimes(Meter meter)
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter == meter && instrument.Name == MqttPublisher.SendDuration)
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => histogram.Add(TimeSpan.FromSeconds(seconds)));
        listener.Start();
    }

    public LatencyHistogram Snapshot() => histogram.Snapshot();

    public void Dispose() => listener.Dispose();
}
