using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Where this daemon is and what it is called.</summary>
public sealed record DeviceConfig
{
    /// <summary>The site: a level of every topic.</summary>
    [Description("Site, such as a building or a shop: a level of every topic.")]
    [DataType(TextKind.Identifier)]
    [RegularExpression("^[a-z0-9][a-z0-9_-]*$")]
    public string Site { get; init; } = "default";

    /// <summary>The device: a level of every topic, one of its kind on the site. The default is for a host whose name cannot be one.</summary>
    [Description("Device: a level of every topic, unique in the site. Without it: the value of EDGEPOSE_DEVICE, else the host's name up to its first dot.")]
    [DataType(TextKind.Identifier)]
    [RegularExpression("^[a-z0-9][a-z0-9_-]*$")]
    public string Id { get; init; } = "edgepose";
}
