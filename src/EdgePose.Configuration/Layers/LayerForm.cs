using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>
/// The form in which layers merge. A list whose items have ids becomes an object: <c>[{"id": "door"}]</c> as <c>{"door": {}}</c>, which a file can also use.
/// So only objects merge. Values that have an error are omitted.
/// </summary>
internal static class LayerForm
{
    /// <summary>A file's root in the form that merges, without the keys that describe the file itself.</summary>
    public static ConfigurationNode Of(ConfigurationModel model, ConfigurationNode root, ConfigurationErrors errors)
    {
        var form = OfSection(Once(root), model.Root, "$", errors);
        return form with { Members = [.. form.Members.Where(member => member.Name is not (LayerKey.Schema or LayerKey.Version))] };
    }

    /// <summary>Converts merged objects to the lists of the types.</summary>
    /// <param name="node">A section, merged.</param>
    /// <param name="type">Its type.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isSingle">Whether there is one file, so that an item is named by its index.</param>
    /// <param name="errors">Receives an error for a null that removes no item.</param>
    public static ConfigurationNode ToLists(ConfigurationNode node, Type type, string path, bool isSingle, ConfigurationErrors errors) => WithKeys(node, type, (key, value) =>
    {
        var child = $"{path}.{key.Name}";
        if (!ConfigurationShape.MergesById(key.Type))
        {
            return ConfigurationShape.IsSection(key.Type) ? ToLists(value, key.Type, child, isSingle, errors) : value;
        }

        return value.Kind == JsonTokenType.StartObject ? ToList(value, ConfigurationShape.ItemType(key.Type)!, child, isSingle, errors) : value;
    });

    private static ConfigurationNode OfSection(ConfigurationNode node, Type type, string path, ConfigurationErrors errors)
    {
        return WithKeys(node, type, (key, value) =>
        {
            var child = $"{path}.{key.Name}";
            return ConfigurationShape.MergesById(key.Type) ? ById(value, ConfigurationShape.ItemType(key.Type)!, child, errors)
                : ConfigurationShape.IsSection(key.Type) ? OfSection(value, key.Type, child, errors)
                : value;
        });
    }

    /// <summary>Each key once: a repeated one has an error.</summary>
    private static ConfigurationNode Once(ConfigurationNode node)
    {
        if (node.Kind != JsonTokenType.StartObject)
        {
            return node.Items.Count == 0 ? node : node with { Items = [.. node.Items.Select(Once)] };
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return node with { Members = [.. node.Members.Where(member => seen.Add(member.Name)).Select(member => member with { Value = Once(member.Value) })] };
    }

    private static ConfigurationNode ById(ConfigurationNode node, Type item, string path, ConfigurationErrors errors)
    {
        if (node.Kind == JsonTokenType.StartObject)
        {
            return node with { Members = [.. node.Members.Select(member => member with { Value = OfSection(member.Value, item, $"{path}.{Short(member.Name)}", errors) })] };
        }

        if (node.Kind != JsonTokenType.StartArray || node.Items.Count > ConfigurationBinder.MaxItems)
        {
            return node;
        }

        var members = new List<ConfigurationNode.Member>();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < node.Items.Count; i++)
        {
            var value = node.Items[i];
            if (value[ConfigurationShape.IdKey] is not { Kind: JsonTokenType.String, Text: { } id } named)
            {
                continue;
            }

            if (!first.TryAdd(id, i))
            {
                errors.Add($"{path}[{i}].{ConfigurationShape.IdKey}", named.Place, $"entry {first[id]} has the id \"{Short(id)}\" too", "Give each an id of its own");
                continue;
            }

            members.Add(new(id, named.Place, OfSection(value, item, $"{path}[{i}]", errors) with { WrittenAs = $"{path}[{i}]" }));
        }

        return ConfigurationNode.OfMembers(node.Place, members);
    }

    private static ConfigurationNode ToList(ConfigurationNode node, Type item, string path, bool isSingle, ConfigurationErrors errors)
    {
        var items = new List<ConfigurationNode>();
        foreach (var (id, place, value) in node.Members)
        {
            var name = $"{path}.{Short(id)}";
            if (value.Kind == JsonTokenType.Null)
            {
                var near = errors.Suggest(id, node.Members.Where(member => member.Value.Kind != JsonTokenType.Null).Select(member => member.Name));
                errors.Add(name, value.Place, $"there is no \"{Short(id)}\" to remove", near is null ? "Leave it out" : $"Did you mean \"{near}\"?");
                continue;
            }

            var form = value.Kind == JsonTokenType.StartObject ? ToLists(value, item, name, isSingle, errors) : value;
            var others = form.Members.Where(member => member.Name != ConfigurationShape.IdKey);
            var full = value.Kind == JsonTokenType.StartObject ? form with { Members = [new(ConfigurationShape.IdKey, place, ConfigurationNode.OfText(id, place)), .. others] } : form;
            items.Add(full with { WrittenAs = isSingle ? value.WrittenAs ?? name : name });
        }

        return new ConfigurationNode(JsonTokenType.StartArray, null, node.Place) { Items = items };
    }

    private static ConfigurationNode WithKeys(ConfigurationNode node, Type type, Func<ConfigurationShape.Key, ConfigurationNode, ConfigurationNode> change)
    {
        if (node.Kind != JsonTokenType.StartObject)
        {
            return node;
        }

        var keys = ConfigurationShape.KeysOf(type);
        return node with
        {
            Members = [.. node.Members.Select(member => keys.FirstOrDefault(key => key.Name == member.Name) is { } key ? member with { Value = change(key, member.Value) } : member)],
        };
    }

    private static string Short(string name) => name.Length <= 64 ? name : name[..64] + "...";
}
