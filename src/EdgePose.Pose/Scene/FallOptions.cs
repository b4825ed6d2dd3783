using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Scene;

/// <summary>When a person has fallen.</summary>
public sealed record FallOptions
{
    /// <summary>Whether falls are watched for.</summary>
    [Description("Watch for falls.")]
    public bool Enabled { get; init; }

    /// <summary>How long a person must lie still before a fall is confirmed, in seconds. 1 to 600.</summary>
    [Description("Time without motion on the ground before a fall is confirmed, in seconds.")]
    [Range(1.0, 600.0)]
    public double ConfirmSeconds { get; init; } = 10;

    /// <summary>How long a person must be down before a long lie is reported, and the interval of its repetitions, in seconds. 5 to 86400.</summary>
    [Description("Time on the ground before a long lie is reported, and the interval of further reports, in seconds.")]
    [Range(5.0, 86400.0)]
    public double LongLieSeconds { get; init; } = 60;

    /// <summary>How long a person who was first seen lying must lie before that is reported, in seconds. 1 to 3600.</summary>
    [Description("Time after which a person who was first seen lying is reported, in seconds.")]
    [Range(1.0, 3600.0)]
    public double FoundLyingSeconds { get; init; } = 30;

    /// <summary>How long a fallen person may be out of sight before the fall ends as lost, in seconds. 10 to 86400.</summary>
    [Description("Time for which a fallen person may be out of sight before the fall ends as lost, in seconds.")]
    [Range(10.0, 86400.0)]
    public double LostSeconds { get; init; } = 600;
}
