using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Tracking;

/// <summary>How poses become tracks.</summary>
public sealed record TrackerOptions
{
    /// <summary>A pose of at least this score may start a track and is matched first. 0 to 1.</summary>
    [Description("Least score of a pose that is matched first and may start a track.")]
    [Range(0.0, 1.0)]
    public float HighScore { get; init; } = 0.35f;

    /// <summary>A pose of at least this score may continue a track in the second pass. 0 to 1.</summary>
    [Description("Least score of a pose that may continue a track.")]
    [Range(0.0, 1.0)]
    public float LowScore { get; init; } = 0.1f;

    /// <summary>Similarity (0 to 1) below which a pose and a track are not the same person.</summary>
    [Description("Least similarity at which a pose and a track are the same person.")]
    [Range(0.0, 1.0)]
    public float MinSimilarity { get; init; } = 0.2f;

    /// <summary>How many frames a new person must be seen in before the track is announced. 1 to 30.</summary>
    [Description("Frames in which a new person is seen before the track is published.")]
    [Range(1, 30)]
    public int ConfirmFrames { get; init; } = 3;

    /// <summary>A new person whose pose overlaps a tracked one's by this much (OKS, 0 to 1) is that one seen twice, and starts no track.</summary>
    [Description("OKS overlap with a tracked person at which a new pose starts no track, because it is the same person.")]
    [Range(0.0, 1.0)]
    public float DuplicateOverlap { get; init; } = 0.5f;

    /// <summary>The most people in one frame; further poses are left out. Twice as many tracks are kept, hidden ones included. 1 to 512.</summary>
    [Description("Most people tracked in one frame.")]
    [Range(1, 512)]
    public int MaxPeople { get; init; } = 128;

    /// <summary>How long, in seconds, a person may be hidden and keep the id. 0 to 60. The default: two seconds of occlusion at 5 fps.</summary>
    [Description("Longest time that a hidden person keeps the id, in seconds.")]
    [Range(0.0, 60.0)]
    public double MaxHiddenSeconds { get; init; } = 2.5;

    /// <summary>One-Euro filter: cut-off in hertz at rest. Lower is calmer. Above 0 to 100.</summary>
    [Description("One-Euro filter: cut-off at rest in hertz. Lower values are calmer.")]
    [Range(0.01, 100.0)]
    public double SmoothingMinCutoffHertz { get; init; } = 1.0;

    /// <summary>One-Euro filter: how fast the cut-off rises with speed (in body heights a second). 0 to 100. Higher lags less.</summary>
    [Description("One-Euro filter: growth of the cut-off with speed (body heights per second). Higher values lag less.")]
    [Range(0.0, 100.0)]
    public double SmoothingSpeedCoefficient { get; init; } = 4.0;
}
