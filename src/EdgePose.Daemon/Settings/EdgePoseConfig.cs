using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Configuration.Reading;
using EdgePose.Decoding;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Settings;

/// <summary>The whole configuration of a daemon. Only the section of the network is required. <see cref="EdgePoseConfiguration"/> loads it.</summary>
public sealed record EdgePoseConfig
{
    /// <summary>Where this daemon is and what it is called.</summary>
    [Description("Site and name of this device: the first levels of every topic.")]
    public DeviceConfig Device { get; init; } = new();

    /// <summary>The network that finds keypoints and limbs.</summary>
    [Required]
    [Description("The network that finds keypoints and limbs, and its execution.")]
    public NetworkConfig Network { get; init; } = new();

    /// <summary>How frames of several cameras become one batch.</summary>
    [Description("Batches of frames from several cameras.")]
    public BatchingConfig Batching { get; init; } = new();

    /// <summary>What may be given up under overload.</summary>
    [Description("Steps and limits for a daemon that cannot serve every camera or runs hot.")]
    public OverloadConfig Overload { get; init; } = new();

    /// <summary>Where the network looks.</summary>
    [Description("Where the network looks: at whole frames, or at the places where people are.")]
    public RegionOptions Regions { get; init; } = new();

    /// <summary>How heatmaps and PAFs become poses.</summary>
    [Description("Thresholds from heatmaps and PAFs to poses.")]
    public DecoderOptions Decoding { get; init; } = new();

    /// <summary>How poses become tracks.</summary>
    [Description("Limits from poses to tracks.")]
    public TrackerOptions Tracking { get; init; } = new();

    /// <summary>The broker that gets the events.</summary>
    [Description("The MQTT broker that receives the events.")]
    public MqttConfig Mqtt { get; init; } = new();

    /// <summary>Where events wait while the broker is away.</summary>
    [Description("Store of events while the broker is offline.")]
    public SpoolConfig Spool { get; init; } = new();

    /// <summary>What a published pose looks like.</summary>
    [Description("Form of published poses.")]
    public OutputConfig Output { get; init; } = new();

    /// <summary>The operator's page.</summary>
    [Description("The operator's page: cameras, states and metrics in a browser.")]
    public PageConfig Page { get; init; } = new();

    /// <summary>Where metrics are sent.</summary>
    [Description("Metrics that the daemon sends. A scrape of /metrics at the page needs no key here.")]
    public MetricsConfig Metrics { get; init; } = new();

    /// <summary>The cameras, each with an id of its own.</summary>
    [Description("The cameras, each with a unique id.")]
    public ImmutableArray<CameraConfig> Cameras { get; init; } = [];

    /// <summary>The folder that relative paths start from: that of the configuration file, or the fleet's. Not a key of the file.</summary>
    [JsonIgnore]
    public string BaseFolder { get; init; } = "";

    /// <summary>The full path of <paramref name="path"/>, which is relative to the configuration file (or the fleet's folder) unless it is absolute or a credential.</summary>
    public string Resolve(string path) =>
        CredentialReference.NameIn(path) is { } name ? CredentialReference.Locate(name, BaseFolder) : Path.GetFullPath(Path.Combine(BaseFolder, path));

    /// <summary>Whether the network looks at views of some camera.</summary>
    public bool LooksAtViews() => Regions.Enabled || Cameras.Any(camera => camera.RegionsWith(Regions).Enabled);

    /// <summary>The broker's section with the full paths of its files and the client id of this device.</summary>
    public MqttConfig ResolvedMqtt()
    {
        string? Full(string? path) => path is null ? null : Resolve(path);
        return Mqtt with { ClientId = ClientIds.Of(this), PasswordFile = Full(Mqtt.PasswordFile), CaFile = Full(Mqtt.CaFile), CertificateFile = Full(Mqtt.CertificateFile), KeyFile = Full(Mqtt.KeyFile) };
    }

    /// <summary>The password of a camera of this configuration, read from its file; null when it names none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public string? PasswordOf(CameraConfig camera)
    {
        ArgumentNullException.ThrowIfNull(camera);
        return camera.PasswordFile is { } path ? PasswordFile.Read(Resolve(path)) : null;
    }

    /// <summary>A camera of this configuration with the full path of its clip or folder; the address of a stream or a device stays as it is.</summary>
    public CameraConfig ResolvedCamera(CameraConfig camera)
    {
        ArgumentNullException.ThrowIfNull(camera);
        return camera with { Address = CameraSource.Of(camera, BaseFolder).Address, CaFile = camera.CaFile is { } file ? Resolve(file) : null };
    }

    /// <summary>What each camera is started with: its clip's full path, and its password.</summary>
    /// <exception cref="IOException">A password file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public CameraPlan[] CameraPlans() => [.. Cameras.Select(camera => new CameraPlan(ResolvedCamera(camera), PasswordOf(camera)))];
}
