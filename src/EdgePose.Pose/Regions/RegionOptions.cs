using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace EdgePose.Regions;

/// <summary>Where the network looks: at whole frames, or at the places where people are.</summary>
public sealed record RegionOptions
{
    /// <summary>Whether the network looks at views. False looks at each whole frame.</summary>
    [Description("Whether the network looks at views: tracked people, search windows, and the whole frame when it is needed. false looks at each whole frame.")]
    public bool Enabled { get; init; }

    /// <summary>The most lines of a decoded frame, pixels: views are cut from it.</summary>
    [Description("Most lines of a decoded frame, in pixels. Views are cut from it, so more lines show smaller people. Larger pictures are scaled down.")]
    [Range(240, 4320)]
    public int MaxFrameLinesPx { get; init; } = 1080;

    /// <summary>The widest frame of that height: two screens side by side. Wider ones are scaled down.</summary>
    private const int WidestAspect = 4;

    /// <summary>The most pixels of a row of a decoded frame; not a key.</summary>
    [JsonIgnore]
    public int MaxFrameWidthPx => Math.Min(WidestAspect * MaxFrameLinesPx, 16_384);

    /// <summary>Width of a person's view in network pixels, rounded up to what the network takes.</summary>
    [Description("Width of the view of a person in pixels, rounded up to the network's multiple.")]
    [Range(64, 512)]
    public int ViewWidthPx { get; init; } = 120;

    /// <summary>Height of a person's view in network pixels, rounded up likewise.</summary>
    [Description("Height of the view of a person in pixels, rounded up like the width.")]
    [Range(64, 512)]
    public int ViewHeightPx { get; init; } = 160;

    /// <summary>The most views in one run of the network.</summary>
    [Description("Most views of people in one run of the network, over all cameras.")]
    [Range(1, 64)]
    public int MaxBatch { get; init; } = 8;

    /// <summary>Network pixels a camera may use, as a share of what each whole frame would cost.</summary>
    [Description("Network pixels that a camera may use, as a share of those of each whole frame. Above it, people and search windows take turns.")]
    [Range(0.05, 4.0)]
    public double Budget { get; init; } = 0.85;

    /// <summary>Longest time between two looks at the whole frame while something moves, in seconds.</summary>
    [Description("Longest time between two looks at the whole frame while something moves, in seconds.")]
    [Range(0.1, 10.0)]
    public double WholeSeconds { get; init; } = 1;

    /// <summary>Longest time between two looks at the whole frame where nothing moves, in seconds.</summary>
    [Description("Longest time between two looks at the whole frame where nothing moves, in seconds.")]
    [Range(0.1, 60.0)]
    public double CalmSeconds { get; init; } = 5;

    /// <summary>Time between two looks at a person in whose place nothing moves, in seconds. At most 1.</summary>
    [Description("Time between two looks at a person who does not move, in seconds.")]
    [Range(0.0, 1.0)]
    public double StillSeconds { get; init; } = 0.4;
}
