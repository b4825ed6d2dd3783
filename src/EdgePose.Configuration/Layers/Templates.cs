using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>Templates of a list's items. A key that an item does not set comes from the template that it extends, then from that template's template.</summary>
internal sealed class Templates
{
    private const int MostNamed = 10;

    private readonly ItemTemplates keys;
    private readonly ConfigurationErrors errors;
    private readonly Dictionary<string, ConfigurationNode> templates;
    private readonly Dictionary<string, ConfigurationNode> finished = new(StringComparer.Ordinal);

    private Templates(ItemTemplates keys, ConfigurationNode root, ConfigurationErrors errors)
    {
        (this.keys, this.errors) = (keys, errors);
        templates = (root[keys.Key]?.Members ?? []).Where(member => member.Value.Kind == JsonTokenType.StartObject).ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
    }

    /// <summary>The merged tree with every item completed, and without the templates.</summary>
    public static ConfigurationNode Apply(ItemTemplates keys, ConfigurationNode root, ConfigurationErrors errors)
    {
        var set = new Templates(keys, root, errors);
        set.RefuseIdleNull(root[keys.Key], $"$.{keys.Key}");
        foreach (var name in set.templates.Keys)
        {
            set.Complete(name, [name]);
        }

        return root with
        {
            Members = [.. root.Members.Where(member => member.Name != keys.Key).Select(member => member.Name == keys.List ? member with { Value = set.CompleteAll(member.Value) } : member)],
        };
    }

    /// <summary>The templates of an item, the nearest first. The chain ends at an unknown or repeated one.</summary>
    public static IReadOnlyList<string> ChainOf(ItemTemplates keys, ConfigurationNode root, ConfigurationNode item)
    {
        var chain = new List<string>();
        for (var node = item; node?[LayerKey.Extends] is { Kind: JsonTokenType.String, Text: { } name } && !chain.Contains(name); node = root[keys.Key]?[name])
        {
            chain.Add(name);
        }

        return chain;
    }

    private ConfigurationNode CompleteAll(ConfigurationNode items) => items with
    {
        Members = [.. items.Members.Select(item => item with { Value = Over(item.Value, $"$.{keys.List}.{item.Name}", []) })],
    };

    /// <summary>A template, completed by the one that it extends.</summary>
    private ConfigurationNode Complete(string name, IReadOnlyList<string> chain)
    {
        if (!finished.TryGetValue(name, out var whole))
        {
            whole = Over(templates[name], $"$.{keys.Key}.{name}", chain);
            finished[name] = whole;
        }

        return whole;
    }

    private void RefuseIdleNull(ConfigurationNode? node, string path)
    {
        if (node is { Kind: JsonTokenType.Null, Removes: false })
        {
            errors.Add(path, node.Place, "there is nothing here to remove", "Leave it out");
        }
    }

    private ConfigurationNode Over(ConfigurationNode node, string path, IReadOnlyList<string> chain)
    {
        var own = node with { Members = [.. node.Members.Where(member => member.Name != LayerKey.Extends)] };
        RefuseIdleNull(node[LayerKey.Extends], $"{path}.{LayerKey.Extends}");
        if (node[LayerKey.Extends] is not { Kind: JsonTokenType.String, Text: { } name } extends)
        {
            return own;
        }

        var place = extends.Place;
        if (!templates.ContainsKey(name))
        {
            var near = errors.Suggest(name, templates.Keys);
            var remedy = near is not null ? $"Did you mean \"{near}\"?" : templates.Count > 0 ? $"The templates are {string.Join(", ", templates.Keys.Take(MostNamed))}{(templates.Count > MostNamed ? " and others" : "")}" : $"Write it under \"{keys.Key}\"";
            errors.Add($"{path}.{LayerKey.Extends}", place, $"there is no template \"{(name.Length <= 64 ? name : name[..64] + "...")}\"", remedy);
            return own;
        }

        if (chain.Contains(name))
        {
            errors.Add($"{path}.{LayerKey.Extends}", place, $"the templates extend each other: {string.Join(" -> ", [.. chain.SkipWhile(each => each != name), name])}", "Take one \"extends\" out");
            return own;
        }

        return LayerMerge.Overlay(Complete(name, [.. chain, name]), own) with { WrittenAs = node.WrittenAs, Place = node.Place };
    }
}
