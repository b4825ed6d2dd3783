using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Decoding;

/// <summary>Thresholds and bounds of the decoder. The defaults are those that gave the best AP on COCO pictures; see docs/decoding.md.</summary>
public sealed record DecoderOptions
{
    /// <summary>A heatmap peak below this is no keypoint. 0 to 1.</summary>
    [Description("Lowest heatmap peak that is a keypoint.")]
    [Range(0.0, 1.0)]
    public float PeakThreshold { get; init; } = 0.05f;

    /// <summary>The most candidates kept for each keypoint, the strongest first: bounds time and memory whatever the maps hold. 1 to 1024.</summary>
    [Description("Most candidates per keypoint, the strongest first.")]
    [Range(1, 1024)]
    public int MaxPeaksPerKeypoint { get; init; } = 128;

    /// <summary>A PAF sample along a limb supports it when its component along the limb is at least this. -1 to 1.</summary>
    [Description("Least component along the limb with which a PAF sample supports it.")]
    [Range(-1.0, 1.0)]
    public float PafThreshold { get; init; } = 0.02f;

    /// <summary>The share of a limb's samples that must support it. 0 to 1.</summary>
    [Description("Least share of a limb's samples that support it.")]
    [Range(0.0, 1.0)]
    public float MinPafSupport { get; init; } = 0.8f;

    /// <summary>A pose with fewer keypoints is dropped. 1 to 18.</summary>
    [Description("Least keypoints of a pose; others are dropped.")]
    [Range(1, 18)]
    public int MinKeypoints { get; init; } = 3;

    /// <summary>A pose with a lower score is dropped. 0 to 1.</summary>
    [Description("Least score of a pose; others are dropped.")]
    [Range(0.0, 1.0)]
    public float MinPoseScore { get; init; } = 0.05f;
}
