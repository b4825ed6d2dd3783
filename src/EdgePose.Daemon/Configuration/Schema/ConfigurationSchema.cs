using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgePose.Daemon.Configuration;

/// <summary>The JSON Schema (draft 7) of the configuration file, made from the types: what an editor completes and checks.</summary>
public static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text, as config/edgepose.schema.json holds it.</summary>
    public static string Generate()
    {
        var root = OfSection(typeof(EdgePoseConfig));
        root["properties"]!.AsObject().Insert(0, ConfigurationBinder.SchemaKey, new JsonObject { ["type"] = "string" });
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", "EdgePose configuration");
        return root.ToJsonString(Layout) + "\n";
    }

    private static JsonObject OfSection(Type type)
    {
        var defaults = ConfigurationShape.Defaults(type);
        var keys = ConfigurationShape.KeysOf(type);
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            properties[key.Name] = OfKey(key, key.Property.GetValue(defaults));
        }

        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (keys.Any(key => key.Required))
        {
            section["required"] = new JsonArray([.. keys.Where(key => key.Required).Select(key => (JsonNode?)key.Name)]);
        }

        return section;
    }

    private static JsonObject OfKey(ConfigurationShape.Key key, object? byDefault)
    {
        var schema = OfType(key.Type);
        if (key.Description is not null)
        {
            schema["description"] = key.Description;
        }

        AddRules(schema, key);
        if (key.Nullable && schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.GetValue<string>(), "null");
            (schema["enum"] as JsonArray)?.Add((JsonNode?)null);
        }

        if (!key.Required && byDefault is not null && !ConfigurationShape.IsSection(key.Type))
        {
            schema["default"] = EffectiveConfiguration.ToNode(byDefault, key.Type);
        }

        return schema;
    }

    private static JsonObject OfType(Type type) => type switch
    {
        _ when type.IsEnum => new JsonObject
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. ConfigurationShape.EnumNames(type).Select(pair => (JsonNode?)pair.Name)]),
        },
        _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
        _ when type == typeof(float) || type == typeof(double) => new JsonObject { ["type"] = "number" },
        _ when ConfigurationShape.ItemType(type) is { } item => new JsonObject { ["type"] = "array", ["items"] = OfType(item) },
        _ => OfSection(type),
    };

    private static void AddRules(JsonObject schema, ConfigurationShape.Key key)
    {
        foreach (var rule in key.Property.GetCustomAttributes<ValidationAttribute>())
        {
            switch (rule)
            {
                case RangeAttribute range:
                    schema["minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
                    schema["maximum"] = JsonSerializer.SerializeToNode(range.Maximum);
                    break;
                case RegularExpressionAttribute pattern:
                    schema["pattern"] = pattern.Pattern;
                    break;
                case AllowedValuesAttribute allowed:
                    schema["enum"] = JsonSerializer.SerializeToNode(allowed.Values);
                    break;
                case MinLengthAttribute min:
                    schema[key.Type == typeof(string) ? "minLength" : "minItems"] = min.Length;
                    break;
                default:
                    break;
            }
        }
    }
}
