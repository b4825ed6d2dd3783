using System.Text.Json.Nodes;

namespace EdgePose.Daemon.Configuration;

/// <summary>A configuration with its defaults, as JSON that may be shown: no user part and no query in an address.</summary>
public static class EffectiveConfiguration
{
    /// <summary>Canonical JSON: every key, in the order of its name, no white space.</summary>
    public static string ToJson(EdgePoseConfig config) => ToNode(config, typeof(EdgePoseConfig))!.ToJsonString();

    internal static JsonNode? ToNode(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => null,
            string text => Credentials.Hide(text),
            Enum => ConfigurationShape.EnumNames(type).First(pair => pair.Value.Equals(value)).Name,
            bool flag => flag,
            int number => number,
            long number => number,
            float number => number,
            double number => number,
            _ when ConfigurationShape.ItemType(type) is { } item => new JsonArray([.. ConfigurationShape.Items(value).Select(each => ToNode(each, item))]),
            _ => new JsonObject(ConfigurationShape.KeysOf(type).OrderBy(key => key.Name, StringComparer.Ordinal)
                .Select(key => KeyValuePair.Create(key.Name, ToNode(key.Property.GetValue(value), key.Type)))),
        };
    }
}
