using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Schema;

/// <summary>The reference for people: a table of keys for each section, made from the types.</summary>
public static class ConfigurationReference
{
    /// <summary>The tables in Markdown, one for each section.</summary>
    public static string Generate(ConfigurationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var page = new StringBuilder();
        AddSection(page, model, model.Root, "", "The file");
        return page.ToString();
    }

    private static void AddSection(StringBuilder page, ConfigurationModel model, Type type, string prefix, string title)
    {
        var defaults = ConfigurationShape.Defaults(type);
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| Key | Default | Values | Meaning |\n|---|---|---|---|\n");
        foreach (var key in model.LayerKeysOf(type))
        {
            var values = key.Templates is not null ? "sections by name" : key.Type == typeof(int) ? $"{model.Version}" : "text";
            page.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` |  | {values} | {key.Description} |\n");
        }

        var keys = ConfigurationShape.KeysOf(type);
        foreach (var key in keys)
        {
            var value = key.Property.GetValue(defaults);
            var shown = key.Required ? "required" : ConfigurationShape.IsSection(key.Type) ? "" : Code(EffectiveConfiguration.ToNode(value, key.Type));
            page.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {shown} | {Values(key)} | {key.Description?.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        foreach (var key in keys)
        {
            var item = ConfigurationShape.ItemType(key.Type);
            var section = item ?? key.Type;
            if (ConfigurationShape.IsSection(section))
            {
                var name = prefix + key.Name + (item is null ? "" : "[]");
                AddSection(page, model, section, name + ".", $"`{name}`");
            }
        }
    }

    private static string Values(ConfigurationShape.Key key)
    {
        var type = ConfigurationShape.ItemType(key.Type) ?? key.Type;
        return key.Property.GetCustomAttribute<RangeAttribute>() is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}")
            : ConfigurationShape.NamesOf(type) is { } names ? string.Join(", ", names.Select(pair => $"`{pair.Name}`"))
            : type == typeof(bool) ? "`true`, `false`"
            : ConfigurationShape.IsSection(type) ? (type == key.Type ? "section" : "list of sections, or sections by id")
            : key.IsFile ? "file, or `{ \"fromCredential\": \"name\" }`"
            : "text";
    }

    private static string Code(JsonNode? node) => $"`{node?.ToJsonString() ?? "null"}`";
}
