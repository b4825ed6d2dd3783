namespace EdgePose.Configuration.Reading;

/// <summary>The source of a value: a layer and its file.</summary>
/// <param name="Layer">The layer: <c>file</c> for a single file; <c>identity</c>, <c>fleet</c>, <c>site</c>, <c>device</c>, <c>conf.d</c>, <c>environment</c>.</param>
/// <param name="File">The file as a person would write it; for the environment the variable.</param>
public sealed record ConfigurationSource(string Layer, string File);
