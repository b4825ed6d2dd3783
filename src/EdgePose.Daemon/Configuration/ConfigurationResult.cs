namespace EdgePose.Daemon.Configuration;

/// <summary>What <see cref="ConfigurationLoader.Load"/> found: a configuration, or every reason why there is none.</summary>
/// <param name="Config">The configuration; null when there is an error.</param>
/// <param name="Errors">Every error, in the order of the file; empty when there is a configuration.</param>
public readonly record struct ConfigurationResult(EdgePoseConfig? Config, IReadOnlyList<ConfigurationError> Errors);
