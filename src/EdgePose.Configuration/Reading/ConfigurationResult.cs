namespace EdgePose.Configuration.Reading;

/// <summary>A configuration, or every reason why there is none.</summary>
/// <typeparam name="T">The type of the configuration.</typeparam>
/// <param name="Config">The configuration; null when there is an error.</param>
/// <param name="Errors">Every error, in the order of the layers and of each file; empty when there is a configuration.</param>
public readonly record struct ConfigurationResult<T>(T? Config, IReadOnlyList<ConfigurationError> Errors)
    where T : class
{
    /// <summary>The files that count: those that were read, and those that were missing. A change of one changes the configuration.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
