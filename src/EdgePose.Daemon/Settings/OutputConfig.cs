using System.ComponentModel;

namespace EdgePose.Daemon.Settings;

/// <summary>What a published pose looks like.</summary>
public sealed record OutputConfig
{
    /// <summary>The keypoints of a published pose and their order.</summary>
    [Description("Keypoints of a published pose and their order.")]
    public Skeleton Skeleton { get; init; } = Skeletons.Coco18;
}
