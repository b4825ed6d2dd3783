using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgePose.Delivery.Spool;

/// <summary>Where events wait while the broker is away.</summary>
public sealed record SpoolConfig
{
    /// <summary>The spool's folder; null takes the state folder's.</summary>
    [Description("The spool's folder, one for each daemon. Without it: spool in $STATE_DIRECTORY (set by systemd), else below the user's state folder. A path that ends in .db names the file of an earlier version; the folder has that name without .db.")]
    public string? Path { get; init; }

    /// <summary>What a stored event survives.</summary>
    [Description("What stored events survive. normal: any end of the process. full: also a loss of power, with a wait for the disk at each transaction. memory: nothing; no disk is used.")]
    public SpoolDurability Durability { get; init; } = SpoolDurability.Normal;

    /// <summary>The most that waiting events may take, in megabytes of 1,000,000 bytes.</summary>
    [Description("Size limit of waiting events on the disk or in memory, in megabytes. Above it the oldest are dropped and counted. An event takes about 1.5 kB.")]
    [Range(1, 10_000)]
    public int MaxMegabytes { get; init; } = 64;

    /// <summary>How long an event may wait, in hours.</summary>
    [Description("Age limit of waiting events, in hours. Older ones are dropped and counted.")]
    [Range(0.01, 87_600.0)]
    public double MaxAgeHours { get; init; } = 168;
}
