namespace EdgePose.Configuration.Reading;

/// <summary>One error of a configuration. It holds no password.</summary>
/// <param name="File">The file, as it was asked for.</param>
/// <param name="Path">The JSON path, for example <c>$.cameras[0].id</c>; <c>$</c> for the file as a whole.</param>
/// <param name="Line">The line, from 1; 0 when there is none.</param>
/// <param name="Column">The column in bytes, from 1; 0 when there is none.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ConfigurationError(string File, string Path, int Line, int Column, string Reason, string Remedy)
{
    /// <summary>One line for a person: <c>file:line:column: path: reason. Remedy.</c></summary>
    public override string ToString() =>
        $"{(Line > 0 ? $"{File}:{Line}:{Column}" : File)}: {Path}: {Reason}. {Remedy}{(Remedy.EndsWith('?') ? "" : ".")}";
}
