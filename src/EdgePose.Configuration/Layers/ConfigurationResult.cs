using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Layers;

/// <summary>What <see cref="ConfigurationLoader"/> found: a configuration, or every reason why there is none.</summary>
/// <param name="Config">The configuration; null when there is an error.</param>
/// <param name="Errors">Every error, in the order of the layers and of each file; empty when there is a configuration.</param>
public readonly record struct ConfigurationResult(EdgePoseConfig? Config, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>The files that were read, and those that would have been had they been there: a change of one is a change of the configuration.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
