namespace EdgePose.Daemon.Reload;

/// <summary>What a running daemon's configuration was read from.</summary>
/// <param name="Path">A file or a folder.</param>
/// <param name="Start">The files at the start.</param>
/// <param name="LastGood">Takes each accepted one. The daemon starts with it when the files are refused.</param>
public sealed record ConfigurationOrigin(string Path, ConfigurationSnapshot Start, LastGoodConfiguration LastGood);
