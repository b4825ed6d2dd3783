namespace EdgePose.Daemon.Reload;

/// <summary>What became of a reload.</summary>
public sealed record ReloadVerdict
{
    /// <summary>Whether the configuration runs now.</summary>
    public bool Accepted { get; init; }

    /// <summary>The revision that runs, accepted or not: the hash of the retained status.</summary>
    public string Revision { get; init; } = "";

    /// <summary>What was changed, in a line; empty when it was refused.</summary>
    public string Changes { get; init; } = "";

    /// <summary>JSON paths of what only the next start takes over.</summary>
    public IReadOnlyList<string> RestartNeeded { get; init; } = [];

    /// <summary>Every reason why it was refused, a line each.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}
