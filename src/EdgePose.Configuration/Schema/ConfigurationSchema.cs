using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Schema;

/// <summary>The JSON Schemas (draft 7) of a configuration, made from its types. Editors complete and check files with them.</summary>
public sealed class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConfigurationModel model;
    private readonly bool isLayer;
    private readonly JsonObject definitions = [];

    private ConfigurationSchema(ConfigurationModel model, bool isLayer) => (this.model, this.isLayer) = (model, isLayer);

    /// <summary>The schema as text: of a complete file, or of one layer of a fleet's folder, in which no key is required and null removes a value.</summary>
    public static string Generate(ConfigurationModel model, bool isLayer = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        var schema = new ConfigurationSchema(model, isLayer);
        var root = schema.OfSection(model.Root, isPart: isLayer);
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", isLayer ? $"{model.Title}: a layer of a fleet" : model.Title);
        root["definitions"] = schema.definitions;
        return root.ToJsonString(Layout) + "\n";
    }

    private JsonObject OfSection(Type type, bool isPart)
    {
        var defaults = ConfigurationShape.Defaults(type);
        var keys = ConfigurationShape.KeysOf(type);
        var properties = new JsonObject();
        foreach (var key in model.LayerKeysOf(type))
        {
            properties[key.Name] = OfLayerKey(key);
        }

        foreach (var key in keys)
        {
            properties[key.Name] = OfKey(key, key.Property.GetValue(defaults));
        }

        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (!isPart && keys.Any(key => key.Required))
        {
            section["required"] = Names(keys.Where(key => key.Required).Select(key => key.Name));
        }

        return section;
    }

    private JsonObject OfKey(ConfigurationShape.Key key, object? byDefault)
    {
        var schema = OfType(key.Type);
        AddRules(schema, key);
        if ((key.Nullable || isLayer) && schema["type"] is JsonValue type)
        {
            schema["type"] = Names([type.GetValue<string>(), "null"]);
            (schema["enum"] as JsonArray)?.Add((JsonNode?)null);
        }

        if (key.IsFile)
        {
            schema = new JsonObject { ["anyOf"] = new JsonArray(schema, OfCredential()) };
        }

        if (key.Description is not null)
        {
            schema["description"] = key.Description;
        }

        if (!key.Required && byDefault is not null && !ConfigurationShape.IsSection(key.Type))
        {
            schema["default"] = EffectiveConfiguration.ToNode(byDefault, key.Type);
        }

        return schema;
    }

    private JsonObject OfType(Type type) => type switch
    {
        _ when ConfigurationShape.NamesOf(type) is { } names => new JsonObject { ["type"] = "string", ["enum"] = Names(names.Select(pair => pair.Name)) },
        _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
        _ when type == typeof(float) || type == typeof(double) => new JsonObject { ["type"] = "number" },
        _ when ConfigurationShape.MergesById(type) => OfItemsById(ConfigurationShape.ItemType(type)!),
        _ when ConfigurationShape.ItemType(type) is { } item => new JsonObject { ["type"] = "array", ["items"] = OfType(item) },
        _ => OfSection(type, isPart: isLayer),
    };

    /// <summary>A list of items with ids, or an object of items by id.</summary>
    private JsonObject OfItemsById(Type item)
    {
        var listed = new JsonObject { ["allOf"] = new JsonArray(Reference(item)), ["required"] = Names([ConfigurationShape.IdKey]) };
        var needed = ConfigurationShape.KeysOf(item).Where(key => key.Required && key.Name != ConfigurationShape.IdKey).Select(key => key.Name).ToList();
        if (!isLayer && needed.Count > 0)
        {
            listed["anyOf"] = new JsonArray(new JsonObject { ["required"] = Names(needed) }, new JsonObject { ["required"] = Names([LayerKey.Extends]) });
        }

        var list = new JsonObject { ["type"] = "array", ["maxItems"] = ConfigurationBinder.MaxItems, ["items"] = listed };
        return new JsonObject { ["anyOf"] = isLayer ? new JsonArray(list, OfMap(item), new JsonObject { ["type"] = "null" }) : new JsonArray(list, OfMap(item)) };
    }

    private JsonObject OfMap(Type item)
    {
        var value = isLayer ? new JsonObject { ["anyOf"] = new JsonArray(Reference(item), new JsonObject { ["type"] = "null" }) } : Reference(item);
        return new JsonObject { ["type"] = "object", ["additionalProperties"] = value };
    }

    private JsonObject Reference(Type item)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(item.Name.Replace("Config", "", StringComparison.Ordinal));
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = null; // reserved, because the section can refer to itself
            definitions[name] = OfSection(item, isPart: true);
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private JsonObject OfLayerKey(LayerKey key)
    {
        var schema = key.Templates is { } item ? OfMap(item) : OfType(key.Type);
        if (isLayer && !key.IsOfFile)
        {
            schema["type"] = Names([schema["type"]!.GetValue<string>(), "null"]);
        }

        schema["description"] = key.Description;
        if (key.Name == LayerKey.Version)
        {
            schema["const"] = model.Version;
        }

        return schema;
    }

    private static JsonObject OfCredential() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = Names([CredentialReference.Key]),
        ["properties"] = new JsonObject { [CredentialReference.Key] = new JsonObject { ["type"] = "string" } },
    };

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode?)name)]);

    private static void AddRules(JsonObject schema, ConfigurationShape.Key key)
    {
        foreach (var rule in key.Rules)
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
