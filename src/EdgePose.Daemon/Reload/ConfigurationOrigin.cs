namespace EdgePose.Daemon.Reload;

/// <summary>What a running daemon's configuration was read from.</summary>
/// <param name="Path">A file or a folder.</param>
/// <param name="Start">What lay there at the start.</param>
/// <param name="LastGood">Takes each one that is accepted; the daemon starts with it when what lay there is refused.</param>
public sealed record ConfigurationOrigin(string Path, ConfigurationSnapshot Start, LastGoodConfiguration LastGood);
