using System.Text.Json;

namespace EdgePose.Configuration.Reading;

/// <summary>A JSON value that knows where it stands, and keeps duplicate keys so that they can be told of.</summary>
/// <param name="Kind">What it is: the start token of an object or array, or the token of the value itself.</param>
/// <param name="Text">A string's value, or a number as it is written; null otherwise.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record ConfigurationNode(JsonTokenType Kind, string? Text, ConfigurationPlace Place)
{
    /// <summary>An object's members in the order of the file; their places are those of the keys.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>An array's items.</summary>
    public IReadOnlyList<ConfigurationNode> Items { get; init; } = [];

    /// <summary>For an item of a list that merges by id: its path in its own file, which a person can count to.</summary>
    public string? WrittenAs { get; init; }

    /// <summary>For null: whether it took away what a lower layer said.</summary>
    public bool Removes { get; init; }

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

    /// <summary>The value of the first member called <paramref name="name"/>, or null.</summary>
    public ConfigurationNode? this[string name]
    {
        get
        {
            foreach (var member in Members)
            {
                if (member.Name == name)
                {
                    return member.Value;
                }
            }

            return null;
        }
    }

    /// <summary>A member of an object.</summary>
    public readonly record struct Member(string Name, ConfigurationPlace Place, ConfigurationNode Value);

    /// <summary>A text that no file holds: what the program itself adds.</summary>
    public static ConfigurationNode OfText(string text, ConfigurationPlace place) => new(JsonTokenType.String, text, place);

    /// <summary>An object of <paramref name="members"/>.</summary>
    public static ConfigurationNode OfMembers(ConfigurationPlace place, IEnumerable<Member> members) => new(JsonTokenType.StartObject, null, place) { Members = [.. members] };
}
