using System.Text.Json.Serialization;

namespace EdgePose.Daemon.Settings;

/// <summary>The keypoints of a published pose; the names are those of <see cref="Skeletons"/>.</summary>
public enum SkeletonChoice
{
    /// <summary>OpenPose's 18 keypoints: COCO's and a neck.</summary>
    [JsonStringEnumMemberName("coco-18")]
    Coco18,

    /// <summary>COCO's own 17 keypoints.</summary>
    [JsonStringEnumMemberName("coco-17")]
    Coco17,
}
