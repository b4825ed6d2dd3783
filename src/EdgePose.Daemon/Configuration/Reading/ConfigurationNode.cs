using System.Text.Json;

namespace EdgePose.Daemon.Configuration;

/// <summary>A JSON value that knows where it stands, and keeps duplicate keys so that they can be told of.</summary>
/// <param name="Kind">What it is: the start token of an object or array, or the token of the value itself.</param>
/// <param name="Text">A string's value, or a number as it is written; null otherwise.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in bytes, from 1.</param>
internal sealed record ConfigurationNode(JsonTokenType Kind, string? Text, int Line, int Column)
{
    /// <summary>An object's members in the order of the file; their places are those of the keys.</summary>
    public List<(string Name, int Line, int Column, ConfigurationNode Value)> Members { get; } = [];

    /// <summary>An array's items.</summary>
    public List<ConfigurationNode> Items { get; } = [];

    /// <summary>What a person calls this kind of value.</summary>
    public string KindName => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };
}
