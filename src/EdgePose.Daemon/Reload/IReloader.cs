namespace EdgePose.Daemon.Reload;

/// <summary>Reads the configuration again and gives it to the rooms that run. The watch of files, the control socket and SIGHUP ask it.</summary>
internal interface IReloader
{
    /// <summary>The file or folder that is read.</summary>
    string Path { get; }

    /// <summary>The configuration, as it was read last, accepted or not.</summary>
    ConfigurationSnapshot Seen { get; }

    /// <summary>Whether what was read last does not run, because it was refused.</summary>
    bool IsRefused { get; }

    /// <summary>Reads, checks and applies.</summary>
    /// <param name="trigger">What asks for it: <c>file</c>, <c>signal</c> or <c>command</c>.</param>
    /// <param name="stop">Ends it.</param>
    Task<ReloadVerdict> ReloadAsync(string trigger, CancellationToken stop);

    /// <summary>Looks again at a configuration that was refused: what was missing may have come.</summary>
    Task RetryAsync(CancellationToken stop);
}
