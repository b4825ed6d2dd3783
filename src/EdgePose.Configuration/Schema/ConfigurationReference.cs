using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Schema;

/// <summary>The reference for people, docs/configuration.md: made from the same types as the schema.</summary>
public static partial class ConfigurationReference
{
    private const string Opening =
        """
        # Configuration

        The configuration is one JSON file in UTF-8, or the folder of a fleet ([layers](#layers)). Comments and trailing commas are allowed.
        Relative paths start from the folder of the file, or from the fleet's folder.

        | file | content |
        |---|---|
        | `config/edgepose.json` | an example with every common key |
        | `config/fleet/` | an example of a fleet |
        | `config/edgepose.schema.json`, `config/edgepose-layer.schema.json` | schemas for editors |

        A configuration with an error is refused as a whole. Every error names its file, line, path and remedy, and the exit code is 78.
        A running daemon keeps its configuration; a starting one runs the last good one ([reload](#reload)).

        This page is generated from the program's own types, and a test compares them.

        """;

    /// <summary>The page, as docs/configuration.md holds it.</summary>
    public static string Generate()
    {
        var page = new StringBuilder(Opening);
        AddSection(page, typeof(EdgePoseConfig), "", "The file");
        page.Append(LayerText).Append(ReloadText);
        return page.ToString();
    }

    private static void AddSection(StringBuilder page, Type type, string prefix, string title)
    {
        var defaults = ConfigurationShape.Defaults(type);
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| Key | Default | Values | Meaning |\n|---|---|---|---|\n");
        foreach (var key in LayerKeys.Of(type))
        {
            var values = key.Templates is not null ? "sections by name" : key.Type == typeof(int) ? $"{FormatVersion.Current}" : "text";
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
                AddSection(page, section, name + ".", $"`{name}`");
            }
        }
    }

    private static string Values(ConfigurationShape.Key key)
    {
        var type = ConfigurationShape.ItemType(key.Type) ?? key.Type;
        return key.Property.GetCustomAttribute<RangeAttribute>() is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}")
            : type.IsEnum ? string.Join(", ", ConfigurationShape.EnumNames(type).Select(pair => $"`{pair.Name}`"))
            : type == typeof(bool) ? "`true`, `false`"
            : ConfigurationShape.IsSection(type) ? (type == key.Type ? "section" : "list of sections, or sections by id")
            : key.IsFile ? "file, or `{ \"fromCredential\": \"name\" }`"
            : "text";
    }

    private static string Code(JsonNode? node) => $"`{node?.ToJsonString() ?? "null"}`";
}
