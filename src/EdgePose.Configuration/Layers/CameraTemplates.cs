using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>Templates of cameras: what a camera does not say itself comes from the template that it extends, and from the one that the template extends.</summary>
internal sealed class CameraTemplates
{
    private const string CamerasKey = "cameras";
    private const int MostNamed = 10;

    private readonly ConfigurationErrors errors;
    private readonly Dictionary<string, ConfigurationNode> templates;
    private readonly Dictionary<string, ConfigurationNode> finished = new(StringComparer.Ordinal);

    private CameraTemplates(ConfigurationNode? node, ConfigurationErrors errors)
    {
        this.errors = errors;
        templates = (node?.Members ?? []).Where(member => member.Value.Kind == JsonTokenType.StartObject).ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
    }

    /// <summary>The merged tree with every camera completed, and without the templates.</summary>
    public static ConfigurationNode Apply(ConfigurationNode root, ConfigurationErrors errors)
    {
        var set = new CameraTemplates(root[LayerKeys.Templates], errors);
        set.RefuseIdleNull(root[LayerKeys.Templates], $"$.{LayerKeys.Templates}");
        foreach (var name in set.templates.Keys)
        {
            set.Complete(name, [name]);
        }

        return root with
        {
            Members = [.. root.Members.Where(member => member.Name != LayerKeys.Templates).Select(member => member.Name == CamerasKey ? member with { Value = set.CompleteAll(member.Value) } : member)],
        };
    }

    /// <summary>The templates that a camera takes over from, the nearest first; ends where one is unknown or comes again.</summary>
    public static IReadOnlyList<string> ChainOf(ConfigurationNode root, ConfigurationNode camera)
    {
        var chain = new List<string>();
        for (var node = camera; node?[LayerKeys.Extends] is { Kind: JsonTokenType.String, Text: { } name } && !chain.Contains(name); node = root[LayerKeys.Templates]?[name])
        {
            chain.Add(name);
        }

        return chain;
    }

    private ConfigurationNode CompleteAll(ConfigurationNode cameras) => cameras with
    {
        Members = [.. cameras.Members.Select(camera => camera with { Value = Over(camera.Value, $"$.{CamerasKey}.{camera.Name}", []) })],
    };

    /// <summary>A template over the one that it extends.</summary>
    private ConfigurationNode Complete(string name, IReadOnlyList<string> chain)
    {
        if (!finished.TryGetValue(name, out var whole))
        {
            whole = Over(templates[name], $"$.{LayerKeys.Templates}.{name}", chain);
            finished[name] = whole;
        }

        return whole;
    }

    private void RefuseIdleNull(ConfigurationNode? node, string path)
    {
        if (node is { Kind: JsonTokenType.Null, Removes: false })
        {
            errors.Add(path, node.Place, "there is nothing here to take away", "Leave it out");
        }
    }

    private ConfigurationNode Over(ConfigurationNode node, string path, IReadOnlyList<string> chain)
    {
        var own = node with { Members = [.. node.Members.Where(member => member.Name != LayerKeys.Extends)] };
        RefuseIdleNull(node[LayerKeys.Extends], $"{path}.{LayerKeys.Extends}");
        if (node[LayerKeys.Extends] is not { Kind: JsonTokenType.String, Text: { } name } extends)
        {
            return own;
        }

        var place = extends.Place;
        if (!templates.ContainsKey(name))
        {
            var near = errors.Suggest(name, templates.Keys);
            var remedy = near is not null ? $"Did you mean \"{near}\"?" : templates.Count > 0 ? $"The templates are {string.Join(", ", templates.Keys.Take(MostNamed))}{(templates.Count > MostNamed ? " and others" : "")}" : $"Write it under \"{LayerKeys.Templates}\"";
            errors.Add($"{path}.{LayerKeys.Extends}", place, $"there is no template \"{(name.Length <= 64 ? name : name[..64] + "...")}\"", remedy);
            return own;
        }

        if (chain.Contains(name))
        {
            errors.Add($"{path}.{LayerKeys.Extends}", place, $"the templates extend each other: {string.Join(" -> ", [.. chain.SkipWhile(each => each != name), name])}", "Take one \"extends\" out");
            return own;
        }

        return LayerMerge.Overlay(Complete(name, [.. chain, name]), own) with { WrittenAs = node.WrittenAs, Place = node.Place };
    }
}
