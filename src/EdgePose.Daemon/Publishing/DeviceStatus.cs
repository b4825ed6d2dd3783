using System.Buffers;
using System.Text.Json;
using EdgePose.Daemon.Cameras;
using EdgePose.Inference;

namespace EdgePose.Daemon.Publishing;

/// <summary>The device's retained status: what runs, on what, and how it goes.</summary>
public sealed class DeviceStatus(string device, string version, string configurationHash, PoseNetwork network, IReadOnlyList<CameraSupervisor> cameras, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    /// <summary>The payload.</summary>
    /// <param name="online">False for the will and the farewell.</param>
    /// <param name="framesPerSecond">Frames through the network a second, over all cameras.</param>
    /// <param name="publisher">How the publisher stands; null in the will.</param>
    public byte[] Write(bool online, double framesPerSecond = 0, PublisherStatus? publisher = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("version"u8, Payloads.SchemaVersion);
        json.WriteString("device"u8, device);
        json.WriteString("status"u8, online ? "online" : "offline");
        json.WriteString("software"u8, version);
        json.WriteString("startedAt"u8, startedAt);
        json.WriteString("configurationHash"u8, configurationHash);
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
        json.WriteStartObject("cameras"u8);
        json.WriteNumber("configured"u8, cameras.Count);
        json.WriteNumber("running"u8, cameras.Count(camera => camera.Status.State == CameraState.Running));
        json.WriteEndObject();
        json.WriteNumber("framesPerSecond"u8, Math.Round(framesPerSecond, 1));
        json.WriteNumber("posesDropped"u8, publisher?.PosesDropped ?? 0);
        json.WriteNumber("eventsWaiting"u8, publisher?.EventsWaiting ?? 0);
        json.WriteNumber("eventsDropped"u8, publisher?.EventsDropped ?? 0);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
