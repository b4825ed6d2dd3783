namespace EdgePose.Delivery.Spool;

/// <summary>Where the spool is, and its limits.</summary>
/// <param name="Folder">The folder of its files. It is made when it does not exist.</param>
/// <param name="MaxBytes">The most that its files may take, in bytes.</param>
/// <param name="MaxAge">How long an event may wait.</param>
/// <param name="InFlight">The most events that may have been sent and not be recorded as delivered. A kill can send these twice.</param>
public sealed record SpoolOptions(string Folder, long MaxBytes, TimeSpan MaxAge, int InFlight)
{
    /// <summary>Whether each write waits until the disk has it, so that a stored event survives a loss of power.</summary>
    public bool SyncsEachWrite { get; init; }

    /// <summary>The SQLite file of format version 1. What waits in it is taken over when it exists.</summary>
    public string? LegacyFile { get; init; }

    /// <summary>How long after a failure the opening is tried again.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(10);

    internal SpoolDisk Disk { get; init; } = new();

    /// <summary>Where a file ends and the next begins. Space is freed a file at a time, so it is a small part of the limit. 4 MB keeps the memory small that reading one needs.</summary>
    internal long SegmentBytes => SegmentLimit ?? Math.Clamp(MaxBytes / 256, 64 * 1024, 4 * 1024 * 1024);

    internal long? SegmentLimit { get; init; }
}
