namespace EdgePose.Configuration.Reading;

/// <summary>The place of a value.</summary>
/// <param name="Source">The layer and the file.</param>
/// <param name="Line">The line, from 1; 0 when there is none.</param>
/// <param name="Column">The column in bytes, from 1; 0 when there is none.</param>
public readonly record struct ConfigurationPlace(ConfigurationSource Source, int Line, int Column)
{
    /// <summary><c>file:line</c>, or the file alone.</summary>
    public override string ToString() => Line > 0 ? $"{Source.File}:{Line}" : Source.File;
}
