using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Inspection;

/// <summary>A configuration with its defaults, as JSON that may be shown: no user part in an address, and of its query only what tells which stream is meant.</summary>
public static class EffectiveConfiguration
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for a person: indented, in the order of the types.</summary>
    public static string ToText(EdgePoseConfig config) => ToNode(config, typeof(EdgePoseConfig), sorted: false)!.ToJsonString(Layout);

    /// <summary>Canonical JSON: every key, in the order of its name, no white space.</summary>
    public static string ToJson(EdgePoseConfig config) => ToNode(config, typeof(EdgePoseConfig))!.ToJsonString();

    /// <summary>An address as it may be shown.</summary>
    public static string Shown(string address) => Credentials.Hide(address);

    /// <summary>A value as JSON.</summary>
    /// <param name="value">The value: a section, a list or one of a key.</param>
    /// <param name="type">Its type.</param>
    /// <param name="sorted">Whether keys come in the order of their names.</param>
    /// <param name="hidden">Whether it may be shown; else every text is whole, with what secrets the operator has written into it.</param>
    internal static JsonNode? ToNode(object? value, Type type, bool sorted = true, bool hidden = true)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => null,
            string text => hidden ? Credentials.Hide(text) : text,
            Enum => ConfigurationShape.EnumNames(type).First(pair => pair.Value.Equals(value)).Name,
            bool flag => flag,
            int number => number,
            long number => number,
            float number => number,
            double number => number,
            _ when ConfigurationShape.ItemType(type) is { } item => new JsonArray([.. ConfigurationShape.Items(value).Select(each => ToNode(each, item, sorted, hidden))]),
            _ => new JsonObject((sorted ? ConfigurationShape.KeysOf(type).OrderBy(key => key.Name, StringComparer.Ordinal) : ConfigurationShape.KeysOf(type).AsEnumerable())
                .Select(key => KeyValuePair.Create(key.Name, ToNode(key.Property.GetValue(value), key.Type, sorted, hidden)))),
        };
    }
}
