using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Cameras.Sources;

/// <summary>What differs for one camera from the section of regions; null follows it.</summary>
public sealed record CameraRegions
{
    /// <summary>Whether the network looks at views of this camera's frames.</summary>
    [Description("Whether the network looks at views of this camera's frames. By default regions.enabled decides.")]
    public bool? Enabled { get; init; }

    /// <summary>The most lines of a decoded frame.</summary>
    [Description("Most lines of a decoded frame of this camera, in pixels. By default regions.maxFrameLinesPx.")]
    [Range(240, 4320)]
    public int? MaxFrameLinesPx { get; init; }

    /// <summary>Network pixels that the camera may use, as a share of what each whole frame would cost.</summary>
    [Description("Network pixels that this camera may use, as a share of those of each whole frame. By default regions.budget.")]
    [Range(0.05, 4.0)]
    public double? Budget { get; init; }
}
