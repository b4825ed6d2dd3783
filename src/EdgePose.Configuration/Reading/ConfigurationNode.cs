using System.Text.Json;

namespace EdgePose.Configuration.Reading;

/// <summary>A JSON value with its place. It keeps duplicate keys, so that they can be reported.</summary>
/// <param name="Kind">What it is: the start token of an object or array, or the token of the value itself.</param>
/// <param name="Text">A string's value, or a number as it is written; null otherwise.</param>
/// <param name="Place">Its place.</param>
public sealed record ConfigurationNode(JsonTokenType Kind, string? Text, ConfigurationPlace Place)
{
    /// <summary>An object's members in the order of the file; their places are those of the keys.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>An array's items.</summary>
    public IReadOnlyList<ConfigurationNode> Items { get; init; } = [];

    /// <summary>For an item of a list that merges by id: its path in its own file, by its index.</summary>
    public string? WrittenAs { get; init; }

    /// <summary>For null: whether it removed a value of a lower layer.</summary>
    public bool Removes { get; init; }

    /// <summary>The kind of value, for a message.</summary>
    public string KindName => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => throw new InvalidOperationException($"{Kind} is no value."),
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

    /// <summary>The value at a path of keys, for example <c>device.id</c>, or null.</summary>
    public ConfigurationNode? Find(string path) => path.Split('.').Aggregate((ConfigurationNode?)this, (node, name) => node?[name]);

    /// <summary>A member of an object.</summary>
    /// <param name="Name">The key.</param>
    /// <param name="Place">The key's place.</param>
    /// <param name="Value">The value.</param>
    public readonly record struct Member(string Name, ConfigurationPlace Place, ConfigurationNode Value);

    /// <summary>A text that the program adds.</summary>
    public static ConfigurationNode OfText(string text, ConfigurationPlace place) => new(JsonTokenType.String, text, place);

    /// <summary>An object of <paramref name="members"/>.</summary>
    public static ConfigurationNode OfMembers(ConfigurationPlace place, IEnumerable<Member> members) => new(JsonTokenType.StartObject, null, place) { Members = [.. members] };
}
