using System.Collections.Immutable;
using EdgePose.Cameras.Sources;
using EdgePose.Configuration.Inspection;
using EdgePose.Delivery.Broker;
using EdgePose.Scene;

namespace EdgePose.Daemon.Settings;

/// <summary>The difference between the configuration that runs and the next one. It depends only on its arguments.</summary>
public sealed record ConfigurationChange
{
    /// <summary>Ids of cameras that are new.</summary>
    public ImmutableArray<string> CamerasAdded { get; init; } = [];

    /// <summary>Ids of cameras with any difference, also in a file that they name. They are restarted.</summary>
    public ImmutableArray<string> CamerasChanged { get; init; } = [];

    /// <summary>Ids of cameras that are removed.</summary>
    public ImmutableArray<string> CamerasRemoved { get; init; } = [];

    /// <summary>Ids of cameras whose scene alone differs. They are not restarted.</summary>
    public ImmutableArray<string> ScenesChanged { get; init; } = [];

    /// <summary>Whether another network runs, or the same one with other options.</summary>
    public bool Network { get; init; }

    /// <summary>Whether the decoding of maps differs.</summary>
    public bool Decoding { get; init; }

    /// <summary>Whether the batching of frames differs.</summary>
    public bool Batching { get; init; }

    /// <summary>Whether the daemon reconnects to the broker.</summary>
    public bool Broker { get; init; }

    /// <summary>Whether rates of messages differ.</summary>
    public bool Rates { get; init; }

    /// <summary>Whether a limit or policy differs that is read on use.</summary>
    public bool Limits { get; init; }

    /// <summary>Whether the steps of overload differ. Steps that are taken are undone first.</summary>
    public bool Overload { get; init; }

    /// <summary>JSON paths that only the next start takes over, because ids, topics, trackers or the store of events depend on them.</summary>
    public ImmutableArray<string> RestartNeeded { get; init; } = [];

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty =>
        CamerasAdded.IsEmpty && CamerasChanged.IsEmpty && CamerasRemoved.IsEmpty && ScenesChanged.IsEmpty && RestartNeeded.IsEmpty && !Network && !Decoding && !Batching && !Broker && !Rates && !Limits && !Overload;

    /// <summary>Compares two configurations.</summary>
    /// <param name="before">The configuration that runs.</param>
    /// <param name="next">The next one; valid.</param>
    /// <param name="changedFiles">Full paths of files that both name and whose content differs (<see cref="ReferencedFiles"/>); null for none.</param>
    public static ConfigurationChange Between(EdgePoseConfig before, EdgePoseConfig next, IReadOnlySet<string>? changedFiles = null)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(next);
        var known = before.Cameras.ToDictionary(camera => camera.Id, StringComparer.Ordinal);
        var ids = next.Cameras.Select(camera => camera.Id).ToHashSet(StringComparer.Ordinal);
        bool Touched(params string?[] files) => changedFiles is not null && files.Any(file => file is not null && changedFiles.Contains(next.Resolve(file)));
        return new ConfigurationChange
        {
            CamerasAdded = [.. next.Cameras.Where(camera => !known.ContainsKey(camera.Id)).Select(camera => camera.Id)],
            CamerasChanged = [.. next.Cameras.Where(camera => known.TryGetValue(camera.Id, out var old) && (Source(old) != Source(camera) || Frames(before, old) != Frames(next, camera) || Touched(camera.PasswordFile, camera.CaFile))).Select(camera => camera.Id)],
            CamerasRemoved = [.. before.Cameras.Where(camera => !ids.Contains(camera.Id)).Select(camera => camera.Id)],
            Network = !before.Network.Providers.SequenceEqual(next.Network.Providers) || Opening(before.Network) != Opening(next.Network) || before.Regions != next.Regions
                || before.LooksAtViews() != next.LooksAtViews() || Touched(next.Network.Manifest),
            ScenesChanged = [.. next.Cameras.Where(camera => known.TryGetValue(camera.Id, out var old) && !IsSame(old.Scene, camera.Scene)).Select(camera => camera.Id)],
            Decoding = before.Decoding != next.Decoding,
            Batching = before.Batching != next.Batching,
            Broker = Connection(before.Mqtt) != Connection(next.Mqtt) || Touched(next.Mqtt.PasswordFile, next.Mqtt.CaFile, next.Mqtt.CertificateFile, next.Mqtt.KeyFile),
            Rates = (before.Mqtt.PoseMaxRateHertz, before.Mqtt.TrackUpdateIntervalSeconds) != (next.Mqtt.PoseMaxRateHertz, next.Mqtt.TrackUpdateIntervalSeconds),
            Limits = LookedUp(before.Network) != LookedUp(next.Network),
            Overload = !before.Overload.Steps.SequenceEqual(next.Overload.Steps) || before.Overload with { Steps = next.Overload.Steps } != next.Overload || Touched(next.Overload.ShallowerManifest),
            RestartNeeded = [.. Fixed.Where(key => !Equals(key.Value(before), key.Value(next))).Select(key => key.Path)],
        };
    }

    /// <summary>Whether two scenes are equal; their records hold arrays, which compare by reference.</summary>
    internal static bool IsSame(SceneOptions one, SceneOptions other) => EffectiveConfiguration.ToJson(one) == EffectiveConfiguration.ToJson(other);

    /// <summary>The configuration that runs after the change: <paramref name="next"/>, except what only the next start takes over.</summary>
    public static EdgePoseConfig Running(EdgePoseConfig before, EdgePoseConfig next)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(next);
        var mqtt = next.Mqtt with { InFlight = before.Mqtt.InFlight };
        return next with { Device = before.Device, Tracking = before.Tracking, Output = before.Output, Mqtt = mqtt, Spool = before.Spool, Page = before.Page, Metrics = before.Metrics };
    }

    private static readonly SceneOptions NoScene = new();

    /// <summary>The part of a camera's section that its decoder depends on.</summary>
    private static CameraConfig Source(CameraConfig camera) => camera with { Scene = NoScene };

    private static readonly ImmutableArray<(string Path, Func<EdgePoseConfig, object> Value)> Fixed =
    [
        ("$.device", config => config.Device), ("$.tracking", config => config.Tracking), ("$.output", config => config.Output),
        ("$.mqtt.inFlight", config => config.Mqtt.InFlight), ("$.spool", config => config.Spool),
        ("$.page", config => config.Page), ("$.metrics", config => config.Metrics),
    ];

    /// <summary>The part of the section that a network is opened with, without its list of providers.</summary>
    private static NetworkConfig Opening(NetworkConfig network) =>
        network with { Providers = [], OnProviderFailure = ProviderFailureChoice.Fallback, HangLimitSeconds = 1, OpenLimitSeconds = 1 };

    /// <summary>What a camera's decoder scales its frames by.</summary>
    private static (bool, int) Frames(EdgePoseConfig config, CameraConfig camera) => camera.RegionsWith(config.Regions) is { Enabled: true } regions ? (true, regions.MaxFrameLinesPx) : (false, 0);

    /// <summary>The part of the section that is read on use.</summary>
    private static (ProviderFailureChoice, double, double) LookedUp(NetworkConfig network) => (network.OnProviderFailure, network.HangLimitSeconds, network.OpenLimitSeconds);

    /// <summary>The part of the section that a connection depends on.</summary>
    private static MqttConfig Connection(MqttConfig mqtt) =>
        mqtt with { PoseMaxRateHertz = 0, TrackUpdateIntervalSeconds = 1, InFlight = 1 };
}
