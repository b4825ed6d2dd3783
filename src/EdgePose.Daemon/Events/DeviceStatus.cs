using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;

namespace EdgePose.Daemon.Events;

/// <summary>The device's retained status: what runs, on what, and how it and each camera go.</summary>
public sealed class DeviceStatus(string device, string version, DaemonState state)
{
    /// <summary>The most errors in a message to every subscriber. The log has them all.</summary>
    private const int MaxErrors = 100;

    private volatile Snapshot latest = new([], null);

    /// <summary>Takes in how the cameras and the publisher stand.</summary>
    public void Refresh(IReadOnlyList<CameraReport> cameras, PublisherStatus publisher) => latest = new Snapshot(cameras, publisher);

    /// <summary>The payload, as of the last <see cref="Refresh"/>.</summary>
    /// <param name="online">False for the will and the farewell, which know nothing of cameras.</param>
    public byte[] Write(bool online)
    {
        var (cameras, publisher) = online ? latest : new Snapshot([], null);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("version"u8, Payloads.SchemaVersion);
        json.WriteString("device"u8, device);
        json.WriteString("status"u8, online ? "online" : "offline");
        json.WriteString("software"u8, version);
        json.WriteString("startedAt"u8, state.StartedAt);
        WriteConfiguration(json, state.Configuration, state.Refusal);
        WriteNetwork(json, state.Network);
        WriteOverload(json, state.Overload);
        json.WriteNumber("framesPerSecond"u8, Math.Round(cameras.Sum(camera => camera.InferredFps), 1));
        json.WriteNumber("posesDropped"u8, publisher?.PosesDropped ?? 0);
        json.WriteNumber("posesCapped"u8, publisher?.PosesCapped ?? 0);
        json.WriteNumber("eventsWaiting"u8, publisher?.EventsWaiting ?? 0);
        json.WriteNumber("eventsDropped"u8, publisher?.EventsDropped ?? 0);
        json.WriteNumber("topicsRefused"u8, publisher?.TopicsRefused ?? 0);
        if (publisher?.Terms is { } terms)
        {
            WriteBroker(json, terms);
        }

        if (publisher?.Events is { } events)
        {
            WriteSpool(json, events);
        }

        json.WriteStartArray("cameras"u8);
        foreach (var camera in cameras)
        {
            WriteCamera(json, camera);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteConfiguration(Utf8JsonWriter json, RunningConfiguration revision, ConfigurationRefusal? refusal)
    {
        json.WriteString("configurationHash"u8, revision.Hash);
        json.WriteString("configurationSince"u8, revision.Since);
        WriteTexts(json, "configurationRestartNeeded"u8, revision.RestartNeeded);
        json.WritePropertyName("configurationRefused"u8);
        if (refusal is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("at"u8, refusal.At);
        json.WriteString("trigger"u8, refusal.Trigger);
        json.WriteNumber("errorCount"u8, refusal.Errors.Count);
        WriteTexts(json, "errors"u8, refusal.Errors.Take(MaxErrors));
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteNetwork(Utf8JsonWriter json, PoseNetwork? network)
    {
        if (network is null)
        {
            return;
        }

        json.WriteStartObject("network"u8);
        json.WriteString("id"u8, network.Manifest.Id);
        json.WriteString("sha256"u8, network.Manifest.Sha256);
        json.WriteString("exit"u8, network.Exit.Name);
        json.WriteStartArray("providersAsked"u8);
        foreach (var asked in network.Providers.Asked)
        {
            json.WriteStringValue(asked.ToString());
        }

        json.WriteEndArray();
        json.WriteString("providerRan"u8, network.Providers.Ran.ToString());
        json.WriteString("providerReason"u8, string.Join("; ", network.Providers.Refusals.Select(refusal => $"{refusal.Provider}: {refusal.Reason}")));
        json.WriteEndObject();
    }

    private static void WriteOverload(Utf8JsonWriter json, Degradation overload)
    {
        var (steps, reason, since) = overload;
        json.WriteStartObject("overload"u8);
        json.WriteStartArray("steps"u8);
        foreach (var step in steps)
        {
            json.WriteStringValue(JsonNames.Of(step));
        }

        json.WriteEndArray();
        json.WriteString("reason"u8, reason);
        json.WriteString("since"u8, since);
        json.WriteEndObject();
    }

    private static void WriteBroker(Utf8JsonWriter json, BrokerTerms terms)
    {
        json.WriteStartObject("broker"u8);
        json.WriteString("mqttVersion"u8, terms.VersionName);
        json.WriteBoolean("retains"u8, terms.Retains);
        json.WriteNumber("maximumQos"u8, terms.Acknowledges ? 1 : 0);
        json.WriteNumber("keepAliveSeconds"u8, terms.KeepAliveSeconds);
        if (terms.MaximumPacketBytes is { } most)
        {
            json.WriteNumber("maximumPacketBytes"u8, most);
        }
        else
        {
            json.WriteNull("maximumPacketBytes"u8);
        }

        json.WriteEndObject();
    }

    private static void WriteSpool(Utf8JsonWriter json, StoreStatus events)
    {
        json.WriteStartObject("spool"u8);
        json.WriteString("medium"u8, JsonNames.Of(events.Medium));
        json.WriteString("fault"u8, events.Fault);
        json.WriteNumber("bytes"u8, events.Bytes);
        if (events.OldestAge is { } age)
        {
            json.WriteNumber("oldestAgeSeconds"u8, Math.Round(age.TotalSeconds, 1));
        }
        else
        {
            json.WriteNull("oldestAgeSeconds"u8);
        }

        json.WriteStartObject("dropped"u8);
        json.WriteNumber("full"u8, events.Dropped.Full);
        json.WriteNumber("aged"u8, events.Dropped.Aged);
        json.WriteNumber("diskFull"u8, events.Dropped.DiskFull);
        json.WriteNumber("diskSlow"u8, events.Dropped.DiskSlow);
        json.WriteNumber("corrupt"u8, events.Dropped.Corrupt);
        json.WriteNumber("refused"u8, events.Dropped.Refused);
        json.WriteEndObject();
        json.WriteNumber("droppedBefore"u8, events.DroppedBefore);
        json.WriteEndObject();
    }

    private static void WriteCamera(Utf8JsonWriter json, CameraReport camera)
    {
        json.WriteStartObject();
        json.WriteString("camera"u8, camera.Status.Id);
        json.WriteString("state"u8, JsonNames.Of(camera.Status.State));
        json.WriteString("picture"u8, JsonNames.Of(camera.Status.Picture));
        json.WriteNumber("receivedFps"u8, Math.Round(camera.ReceivedFps, 1));
        json.WriteNumber("inferredFps"u8, Math.Round(camera.InferredFps, 1));
        if (camera.LastFrameAge is { } age)
        {
            json.WriteNumber("lastFrameAgeSeconds"u8, Math.Round(age.TotalSeconds, 2));
        }
        else
        {
            json.WriteNull("lastFrameAgeSeconds"u8);
        }

        Payloads.WriteCounters(json, camera.Status);
        json.WriteEndObject();
    }

    private sealed record Snapshot(IReadOnlyList<CameraReport> Cameras, PublisherStatus? Publisher);
}
