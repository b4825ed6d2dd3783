using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>The daemon's configuration: its type, and the names around it.</summary>
public static class EdgePoseConfiguration
{
    /// <summary>Load it with <see cref="ConfigurationLoader"/>.</summary>
    public static ConfigurationModel<EdgePoseConfig> Model { get; } = new()
    {
        Title = "EdgePose configuration",
        Version = 1,
        EnvironmentPrefix = "EDGEPOSE__",
        DeviceVariable = "EDGEPOSE_DEVICE",
        DevicePath = "device.id",
        SitePath = "device.site",
        Templates = new(
            "cameras", "cameraTemplates", "Cameras' common keys, by a name that cameras (and templates) take them over with: \"extends\".",
            "The template of cameraTemplates whose keys this one takes over; its own go first."),
        WithBaseFolder = (config, folder) => config with { BaseFolder = folder },
        Check = ConfigurationChecks.Run,
    };
}
