using System.Text.Encodings.Web;
using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Inspection;

/// <summary>A configuration as paths and values: <c>cameras.door.maxFps</c> and 5.</summary>
public static class ConfigurationLeaves
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One value.</summary>
    /// <param name="Path">Its path, with an item's id.</param>
    /// <param name="Shown">The value as JSON, secrets hidden.</param>
    /// <param name="Whole">The value, to be compared and not shown.</param>
    /// <param name="Default">The built-in default as JSON; null when there is none.</param>
    public sealed record Leaf(string Path, string Shown, string Whole, string? Default);

    /// <summary>Every value, in the order of the types.</summary>
    public static IReadOnlyList<Leaf> Of(object config) => [.. OfSection(config, "")];

    /// <summary>A value for a person, secrets hidden.</summary>
    internal static string Show(object? value, Type type) => EffectiveConfiguration.ToNode(value, type)?.ToJsonString(Readable) ?? "null";

    private static IEnumerable<Leaf> OfSection(object section, string prefix)
    {
        var defaults = ConfigurationShape.Defaults(section.GetType());
        foreach (var key in ConfigurationShape.KeysOf(section.GetType()))
        {
            var byDefault = key.Required ? null : Show(key.Property.GetValue(defaults), key.Type);
            var (path, value) = (prefix + key.Name, key.Property.GetValue(section));
            var leaves = value is null ? [new Leaf(path, "null", "null", byDefault)]
                : ConfigurationShape.MergesById(key.Type) ? ConfigurationShape.Items(value).SelectMany(item => OfSection(item!, $"{path}.{IdOf(item!)}."))
                : ConfigurationShape.IsSection(key.Type) ? OfSection(value, path + ".")
                : [new Leaf(path, Show(value, key.Type), value as string ?? Show(value, key.Type), byDefault)];
            foreach (var leaf in leaves)
            {
                yield return leaf;
            }
        }
    }

    private static string IdOf(object item) => (string)ConfigurationShape.ValueAt(item, ConfigurationShape.IdKey)!;
}
