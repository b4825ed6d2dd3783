using System.Buffers;
using System.Text.Json;
using EdgePose.Daemon.Cameras;
using EdgePose.Inference;

namespace EdgePose.Daemon.Publishing;

/// <summary>The device's retained status: what runs, on what, and how it and each camera go.</summary>
public sealed class DeviceStatus(string device, string version, string configurationHash, PoseNetwork network, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
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
        json.WriteString("startedAt"u8, startedAt);
        json.WriteString("configurationHash"u8, configurationHash);
        WriteNetwork(json);
        json.WriteNumber("framesPerSecond"u8, Math.Round(cameras.Sum(camera => camera.InferredFps), 1));
        json.WriteNumber("posesDropped"u8, publisher?.PosesDropped ?? 0);
        json.WriteNumber("posesCapped"u8, publisher?.PosesCapped ?? 0);
        json.WriteNumber("eventsWaiting"u8, publisher?.EventsWaiting ?? 0);
        json.WriteNumber("eventsDropped"u8, publisher?.EventsDropped ?? 0);
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

    private void WriteNetwork(Utf8JsonWriter json)
    {
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
