using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgePose.Configuration.Reading;

namespace EdgePose.Daemon.Settings;

/// <summary>Where this daemon is and what it is called.</summary>
public sealed record DeviceConfig
{
    /// <summary>The site: a level of every topic.</summary>
    [Description("The site (a building, a shop, a line): a level of every topic.")]
    [DataType(TextKind.Identifier)]
    [RegularExpression("^[a-z0-9][a-z0-9_-]*$")]
    public string Site { get; init; } = "default";

    /// <summary>The device: a level of every topic, one of its kind on the site. The default is for a host whose name cannot be one.</summary>
    [Description("The device: a level of every topic, one of its kind on the site. Left out, it is what EDGEPOSE_DEVICE says, else the host's name up to its first dot.")]
    [DataType(TextKind.Identifier)]
    [RegularExpression("^[a-z0-9][a-z0-9_-]*$")]
    public string Id { get; init; } = "edgepose";
}
