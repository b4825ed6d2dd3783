using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Inspection;

/// <summary>A configuration with its defaults, as JSON. Secrets in addresses and pipelines are hidden (<see cref="Credentials.Hide"/>).</summary>
public static class EffectiveConfiguration
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON for a person: indented, in the order of the types.</summary>
    public static string ToText(object config) => ToNode(config, config.GetType(), sorted: false)!.ToJsonString(Layout);

    /// <summary>Canonical JSON: every key, sorted by name, no white space.</summary>
    public static string ToJson(object config) => ToNode(config, config.GetType())!.ToJsonString();

    /// <summary>An address, secrets hidden.</summary>
    public static string Shown(string address) => Credentials.Hide(address);

    /// <summary>A value as JSON.</summary>
    /// <param name="value">A section, a list or a single value.</param>
    /// <param name="type">Its type.</param>
    /// <param name="sorted">Whether keys are sorted by name.</param>
    /// <param name="hidden">Whether secrets are hidden.</param>
    public static JsonNode? ToNode(object? value, Type type, bool sorted = true, bool hidden = true)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => null,
            string text => hidden ? Credentials.Hide(text) : text,
            _ when ConfigurationShape.NamesOf(type) is { } names => names.First(pair => pair.Value.Equals(value)).Name,
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
