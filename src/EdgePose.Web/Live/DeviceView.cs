using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;

namespace EdgePose.Web.Live;

/// <summary>How the device stands, as the JSON that the page shows. Made on demand, and once for all viewers of the same second.</summary>
internal sealed class DeviceView(EdgePoseService service, DaemonState state, PipelineMeter meter, DeviceSensors sensors, RecentEvents events, EdgePoseConfig config, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(0.9);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly PipelineStep[] Steps = Enum.GetValues<PipelineStep>();

    private readonly Lock gate = new();
    private readonly DeviceStatus device = new(config.Device.Id, DaemonState.Version, state);
    private Dictionary<CameraSupervisor, CameraRates> rates = [];
    private MeterSnapshot windowStart = meter.Snapshot();
    private MeterSnapshot lastWindow = meter.Snapshot();
    private byte[]? latest;
    private long madeAt;

    /// <summary>How many events there were since the start.</summary>
    public long EventCount => events.Count;

    /// <summary>The device's state: the payload of the retained status, and what only the page shows.</summary>
    public byte[] Status()
    {
        lock (gate)
        {
            if (latest is null || time.GetElapsedTime(madeAt) > Age)
            {
                (latest, madeAt) = (Write(), time.GetTimestamp());
            }

            return latest;
        }
    }

    /// <summary>The last events, the oldest first.</summary>
    public byte[] Events() => Json(json =>
    {
        json.WriteString("kind"u8, "events"u8);
        json.WriteStartArray("events"u8);
        foreach (var (at, kind, camera, text) in events.All())
        {
            json.WriteStartObject();
            json.WriteString("at"u8, at);
            json.WriteString("kind"u8, kind);
            json.WriteString("camera"u8, camera);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private byte[] Write() => Json(json =>
    {
        json.WriteString("kind"u8, "status"u8);
        json.WriteBoolean("ready"u8, service.Live is { IsRunning: true });
        json.WriteBoolean("pictures"u8, config.Page.ShowsPictures);
        json.WriteString("site"u8, config.Device.Site);
        WriteSkeleton(json, state.Network?.Manifest.Skeleton);
        WriteSteps(json);
        WriteReadings(json, "temperatures"u8, sensors.Temperatures());
        WriteReadings(json, "power"u8, sensors.Power());
        if (service.Live is { } live)
        {
            WriteLive(json, live);
        }
    });

    private void WriteLive(Utf8JsonWriter json, LiveDaemon live)
    {
        var cameras = live.Cameras;
        rates = cameras.ToDictionary(camera => camera, camera => rates.GetValueOrDefault(camera) ?? new CameraRates(camera, time));
        var delivery = live.Delivery;
        device.Refresh([.. cameras.Select(camera => rates[camera].Look())], delivery);
        json.WritePropertyName("device"u8);
        json.WriteRawValue(device.Write(online: true), skipInputValidation: true);
        json.WriteStartObject("broker"u8);
        json.WriteString("address"u8, live.Running.Mqtt.Address);
        json.WriteBoolean("connected"u8, delivery.IsConnected);
        json.WriteString("fault"u8, delivery.LastFault);
        json.WriteNumber("eventsSent"u8, delivery.EventsSent);
        json.WriteEndObject();
        json.WriteStartArray("faults"u8);
        foreach (var status in cameras.Select(camera => camera.Status).Where(status => status.Message.Length > 0))
        {
            json.WriteStartObject();
            json.WriteString("camera"u8, status.Id);
            json.WriteString("message"u8, status.Message);
            json.WriteString("since"u8, status.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSkeleton(Utf8JsonWriter json, Skeleton? skeleton)
    {
        json.WriteStartArray("limbs"u8);
        foreach (var limb in skeleton?.Limbs ?? [])
        {
            json.WriteStartArray();
            json.WriteStringValue(skeleton!.KeypointNames[limb.From]);
            json.WriteStringValue(skeleton.KeypointNames[limb.To]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("keypoints"u8);
        foreach (var name in skeleton?.KeypointNames ?? [])
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    /// <summary>Latencies of the last ten to twenty seconds.</summary>
    private void WriteSteps(Utf8JsonWriter json)
    {
        var now = meter.Snapshot();
        if (now.Elapsed(windowStart) > Window)
        {
            (lastWindow, windowStart) = (windowStart, now);
        }

        var recent = now.Since(lastWindow);
        json.WriteStartArray("steps"u8);
        foreach (var step in Steps)
        {
            json.WriteStartObject();
            json.WriteString("step"u8, step.ToString().ToLowerInvariant());
            json.WriteNumber("count"u8, recent[step].Count);
            json.WriteNumber("p50Ms"u8, Milliseconds(recent[step].Percentile(0.5)));
            json.WriteNumber("p95Ms"u8, Milliseconds(recent[step].Percentile(0.95)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 2);

    private static void WriteReadings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<DeviceSensors.Reading> readings)
    {
        json.WriteStartArray(name);
        foreach (var (sensor, value) in readings)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, sensor);
            json.WriteNumber("value"u8, Math.Round(value, 2));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
