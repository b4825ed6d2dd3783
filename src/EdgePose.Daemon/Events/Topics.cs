namespace EdgePose.Daemon.Events;

/// <summary>The topics of one device: <c>edgepose/v1/SITE/DEVICE/CAMERA/{pose,track,event,scene,state}</c>, and the device's own <c>edgepose/v1/SITE/DEVICE/status</c>.</summary>
public sealed class Topics(string site, string device)
{
    private readonly string root = $"edgepose/v1/{site}/{device}";

    /// <summary>The CloudEvents source of the device's messages.</summary>
    public string Source { get; } = $"edgepose/{site}/{device}";

    /// <summary>The device's retained status; its will goes here.</summary>
    public string Status => $"{root}/status";

    /// <summary>Poses of a camera, one message a frame, QoS 0.</summary>
    public string Pose(string camera) => $"{root}/{camera}/pose";

    /// <summary>Start, update and end of a track, QoS 1.</summary>
    public string Track(string camera) => $"{root}/{camera}/track";

    /// <summary>What happened in a camera's scene, QoS 1.</summary>
    public string Event(string camera) => $"{root}/{camera}/event";

    /// <summary>A camera's retained scene: people in zones, totals of lines, open falls.</summary>
    public string Scene(string camera) => $"{root}/{camera}/scene";

    /// <summary>A camera's retained state.</summary>
    public string State(string camera) => $"{root}/{camera}/state";
}
