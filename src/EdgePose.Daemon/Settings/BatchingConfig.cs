using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Daemon.Settings;

/// <summary>How frames of several cameras become one batch.</summary>
public sealed record BatchingConfig
{
    /// <summary>How long, in milliseconds, the first frame of a batch waits for company. 0 to 1000.</summary>
    [Description("Longest wait of a batch's first frame for more frames, in milliseconds.")]
    [Range(0, 1000)]
    public int MaxDelayMs { get; init; } = 10;
}
