using System.Text.Json;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Inspection;

/// <summary>The source of a value: its value in each layer, the lowest first. The last one applies.</summary>
public sealed record ConfigurationExplanation
{
    private const string BuiltIn = "built-in default";

    /// <summary>The value in one layer.</summary>
    /// <param name="Where">The file and line, the variable, or <c>built-in default</c>; with the template when it comes from one.</param>
    /// <param name="Value">The value as JSON, secrets hidden; null removes those of lower layers.</param>
    public sealed record Statement(string Where, string Value);

    /// <summary>The path, or one below it.</summary>
    public required string Path { get; init; }

    /// <summary>The values, the lowest layer first; the last one applies.</summary>
    public required IReadOnlyList<Statement> Statements { get; init; }

    /// <summary>Explains a key, or every key of a section that a layer sets.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="file">The configuration: a file or a folder.</param>
    /// <param name="options">The device.</param>
    /// <param name="path">For example <c>cameras.door.maxFps</c>.</param>
    /// <returns>The explanations, or the errors.</returns>
    public static (IReadOnlyList<ConfigurationExplanation> Found, IReadOnlyList<ConfigurationError> Errors) Of<T>(ConfigurationModel<T> model, string file, LoadOptions options, string path)
        where T : class
    {
        var layered = LayeredConfiguration.Read(model, file, options);
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
            var remedy = KeySuggestion.Nearest(path, known) is { } near ? $"Did you mean \"{near}\"?" : "'config show' lists every key";
            return ([], [new ConfigurationError(file, path, 0, 0, "there is no such key or item", remedy)]);
        }

        var all = wanted.Select(leaf => new ConfigurationExplanation { Path = leaf.Path, Statements = [.. StatementsOf(model.Templates, leaf, composition)] }).ToList();
        return (wanted is [{ } one] && one.Path == path ? all : [.. all.Where(each => each.Statements.Any(statement => statement.Where != BuiltIn))], []);
    }

    private static IEnumerable<Statement> StatementsOf(ItemTemplates templates, ConfigurationLeaves.Leaf leaf, Composition composition)
    {
        var parts = leaf.Path.Split('.');
        var isOfItem = parts.Length > 2 && parts[0] == templates.List;
        if (leaf.Default is not null)
        {
            yield return new Statement(BuiltIn, leaf.Default);
        }

        if (isOfItem && composition.Merged[templates.List]?[parts[1]] is { } item)
        {
            foreach (var template in Templates.ChainOf(templates, composition.Merged, item).Reverse())
            {
                foreach (var said in Said([templates.Key, template, .. parts[2..]], composition))
                {
                    yield return said with { Where = $"{said.Where} (template {template})" };
                }
            }
        }

        foreach (var said in Said(parts, composition))
        {
            yield return said;
        }

        if (isOfItem && parts is [_, var id, ConfigurationShape.IdKey])
        {
            yield return new Statement(composition.Layers.Select(layer => layer.Root?[templates.List]?[id]).OfType<ConfigurationNode>().First().Place.ToString(), $"\"{id}\"");
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
        JsonTokenType.Number => node.Text!,
        JsonTokenType.Null => "null",
        _ => throw new InvalidOperationException($"{node.Kind} is no value."),
    };

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var at = path.Length; at > 0; at = path.LastIndexOf('.', at - 1))
        {
            yield return path[..at];
        }
    }
}
