using System.Text;
using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>
/// The environment as a layer: <c>PREFIX__section__key=value</c>, <c>PREFIX__list__id__key=value</c>. Names are compared without letter case.
/// An id can have _ in place of -, because names of variables cannot hold it.
/// </summary>
internal static class EnvironmentLayer
{
    private const int MaxParts = 8;

    private static readonly ConfigurationSource Whole = new("environment", "environment");

    /// <summary>The layer, or null when no variable sets a key.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="environment">Names and values.</param>
    /// <param name="lower">The layers below: their ids are those that a variable can name.</param>
    public static ConfigurationLayer? Read(ConfigurationModel model, IReadOnlyDictionary<string, string> environment, Composition lower)
    {
        var variables = environment.Where(pair => pair.Key.StartsWith(model.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        if (variables.Count == 0)
        {
            return null;
        }

        var root = ConfigurationNode.OfMembers(new ConfigurationPlace(Whole, 0, 0), []);
        var errors = new ConfigurationErrors(Whole);
        foreach (var (name, value) in variables)
        {
            var place = new ConfigurationPlace(new ConfigurationSource(Whole.Layer, name), 0, 0);
            var parts = name[model.EnvironmentPrefix.Length..].Split("__");
            if (parts.Length > MaxParts || parts.Contains(""))
            {
                errors.Add("$", place, "this names no key", $"Write {model.EnvironmentPrefix}section__key");
            }
            else if (Branch(model, parts, value, place, model.Root, lower.Merged, errors) is { } branch)
            {
                root = LayerMerge.Overlay(root, branch) with { Place = root.Place };
            }
        }

        var layer = ConfigurationLayer.Of(model, Whole, root);
        return layer with { Errors = [.. errors.Sorted(), .. layer.Errors] };
    }

    private static ConfigurationNode? Branch(
        ConfigurationModel model, ReadOnlySpan<string> parts, string value, ConfigurationPlace place, Type? type, ConfigurationNode? lower, ConfigurationErrors errors)
    {
        if (parts.IsEmpty)
        {
            return Leaf(value, type, place, errors);
        }

        var section = type is not null && ConfigurationShape.IsSection(type) ? type : null;
        var items = type is not null && ConfigurationShape.MergesById(type) ? ConfigurationShape.ItemType(type) : null;
        var name = parts[0];
        Type? next = items;
        if (section is not null)
        {
            var asked = name;
            var keys = ConfigurationShape.KeysOf(section).Select(key => (key.Name, key.Type)).Concat(model.LayerKeysOf(section).Select(key => (key.Name, key.Type)));
            var key = keys.FirstOrDefault(key => string.Equals(key.Name, asked, StringComparison.OrdinalIgnoreCase));
            (name, next) = (key.Name ?? asked, key.Type);
        }
        else if (items is not null)
        {
            var like = Like(name);
            name = lower?.Members.Select(member => member.Name).FirstOrDefault(id => Like(id) == like) ?? name;
        }

        return Branch(model, parts[1..], value, place, next, lower?[name], errors) is { } child ? ConfigurationNode.OfMembers(place, [new(name, place, child)]) : null;
    }

    private static string Like(string id) => id.Replace('-', '_').ToUpperInvariant();

    /// <summary>The value in the form of the key's type. A value that does not fit stays a text, and gets an error later.</summary>
    private static ConfigurationNode? Leaf(string value, Type? type, ConfigurationPlace place, ConfigurationErrors errors)
    {
        var isText = type is null || type == typeof(string) || ConfigurationShape.NamesOf(type) is not null;
        if (!isText && ConfigurationShape.ItemType(type!) is not null && !value.TrimStart().StartsWith('[') && !value.TrimStart().StartsWith('{'))
        {
            var items = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return new ConfigurationNode(JsonTokenType.StartArray, null, place) { Items = [.. items.Select(item => ConfigurationNode.OfText(item, place))] };
        }

        if (isText && !(type == typeof(string) && value.TrimStart().StartsWith('{')))
        {
            return ConfigurationNode.OfText(value, place);
        }

        var unread = new ConfigurationErrors(place.Source);
        var node = ConfigurationParser.Parse(Encoding.UTF8.GetBytes(value), place.Source, unread);
        if (node is null && !isText && (ConfigurationShape.IsSection(type!) || ConfigurationShape.ItemType(type!) is not null))
        {
            errors.AddRange(unread.Sorted());
            return null;
        }

        return node is null ? ConfigurationNode.OfText(value, place) : node with { Place = place };
    }
}
