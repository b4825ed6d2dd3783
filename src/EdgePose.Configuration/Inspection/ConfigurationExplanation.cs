using System.Text.Json;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Inspection;

/// <summary>Where a value comes from: what each layer says of it, the lowest first. The last one wins.</summary>
public sealed record ConfigurationExplanation
{
    private const string CamerasKey = "cameras";
    private const string BuiltIn = "built-in default";

    /// <summary>What one layer says.</summary>
    /// <param name="Where">The file and line, the variable, or <c>built-in default</c>; with the template when it comes from one.</param>
    /// <param name="Value">The value as JSON, what is secret hidden; null takes away what is above it.</param>
    public sealed record Statement(string Where, string Value);

    /// <summary>The path that was asked for, or one below it.</summary>
    public required string Path { get; init; }

    /// <summary>Everything that is said, the lowest first; the last is in force.</summary>
    public required IReadOnlyList<Statement> Statements { get; init; }

    /// <summary>Explains a key, or every key of a section that a layer sets.</summary>
    /// <param name="file">The configuration: a file or a folder.</param>
    /// <param name="options">For whom.</param>
    /// <param name="path">For example <c>cameras.door.maxFps</c>.</param>
    /// <returns>The explanations and no error, or why there are none.</returns>
    public static (IReadOnlyList<ConfigurationExplanation> Found, IReadOnlyList<ConfigurationError> Errors) Of(string file, LoadOptions options, string path)
    {
        var layered = LayeredConfiguration.Read(file, options);
        if (layered.Composition is not { } composition || layered.Result.Config is not { } config)
        {
            return ([], layered.Result.Errors);
        }

        path = path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        var leaves = ConfigurationLeaves.Of(config);
        var wanted = leaves.Where(leaf => leaf.Path == path || leaf.Path.StartsWith(path + ".", StringComparison.Ordinal)).ToList();
        if (wanted.Count == 0)
        {
            var known = leaves.SelectMany(leaf => Prefixes(leaf.Path)).Distinct(StringComparer.Ordinal);
            var remedy = KeySuggestion.Nearest(path, known) is { } near ? $"Did you mean \"{near}\"?" : "'edgepose config show' lists every key";
            return ([], [new ConfigurationError(file, path, 0, 0, "there is no such key or camera", remedy)]);
        }

        var all = wanted.Select(leaf => new ConfigurationExplanation { Path = leaf.Path, Statements = [.. StatementsOf(leaf, composition)] }).ToList();
        return (wanted is [{ } one] && one.Path == path ? all : [.. all.Where(each => each.Statements.Any(statement => statement.Where != BuiltIn))], []);
    }

    private static IEnumerable<Statement> StatementsOf(ConfigurationLeaves.Leaf leaf, Composition composition)
    {
        var parts = leaf.Path.Split('.');
        var ofCamera = parts.Length > 2 && parts[0] == CamerasKey;
        if (leaf.Default is not null)
        {
            yield return new Statement(BuiltIn, leaf.Default);
        }

        if (ofCamera && composition.Merged[CamerasKey]?[parts[1]] is { } camera)
        {
            foreach (var template in CameraTemplates.ChainOf(composition.Merged, camera).Reverse())
            {
                foreach (var said in Said([LayerKeys.Templates, template, .. parts[2..]], composition))
                {
                    yield return said with { Where = $"{said.Where} (template {template})" };
                }
            }
        }

        foreach (var said in Said(parts, composition))
        {
            yield return said;
        }

        if (ofCamera && parts is [_, var id, ConfigurationShape.IdKey])
        {
            yield return new Statement(composition.Layers.Select(layer => layer.Root?[CamerasKey]?[id]).OfType<ConfigurationNode>().First().Place.ToString(), $"\"{id}\"");
        }
    }

    private static IEnumerable<Statement> Said(IReadOnlyList<string> parts, Composition composition)
    {
        foreach (var layer in composition.Layers)
        {
            var node = layer.Root;
            for (var i = 0; i < parts.Count && node is not null; i++)
            {
                node = node.Kind == JsonTokenType.Null ? node : node[parts[i]];
            }

            if (node is not null)
            {
                yield return new Statement(node.Place.ToString(), Show(node));
            }
        }
    }

    private static string Show(ConfigurationNode node) => node.Kind switch
    {
        JsonTokenType.String => ConfigurationLeaves.Show(node.Text, typeof(string)),
        JsonTokenType.StartArray => $"[{string.Join(",", node.Items.Select(Show))}]",
        JsonTokenType.StartObject => $"{{{string.Join(",", node.Members.Select(member => $"\"{member.Name}\":{Show(member.Value)}"))}}}",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => node.Text ?? "null",
    };

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var at = path.Length; at > 0; at = path.LastIndexOf('.', at - 1))
        {
            yield return path[..at];
        }
    }
}
