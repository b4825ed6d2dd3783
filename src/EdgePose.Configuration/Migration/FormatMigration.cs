using System.Text;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Migration;

/// <summary>
/// Brings a file to the form of today, and keeps its comments and layout: each step changes the text where it must and nowhere else. A step is added whenever
/// <see cref="FormatVersion.Current"/> goes up.
/// </summary>
public static class FormatMigration
{
    /// <summary>The steps, each from its version to the next. Before version 1 files had no version.</summary>
    private static readonly (int From, string What, Func<ConfigurationNode, string, IEnumerable<TextEdit>> Edits)[] Steps =
    [
        (0, $"\"{LayerKeys.Version}\": 1 is written, so that a later program knows what it reads", VersionStamp.Edits),
    ];

    /// <summary>A file, migrated.</summary>
    /// <param name="Text">The whole new text; null when there is an error.</param>
    /// <param name="Changes">What was done, one sentence a step; empty when the file is of today's form.</param>
    /// <param name="Errors">Why it cannot be done: the file is no JSON, or newer than this program.</param>
    public sealed record Outcome(string? Text, IReadOnlyList<string> Changes, IReadOnlyList<ConfigurationError> Errors);

    /// <summary>Migrates the file at <paramref name="path"/>, without writing it.</summary>
    public static Outcome OfFile(string path)
    {
        var errors = new ConfigurationErrors(path);
        return ConfigurationFile.Read(path, errors) is { } bytes ? Migrate(bytes, path, errors) : new Outcome(null, [], errors.Sorted());
    }

    /// <summary>Migrates what was read already.</summary>
    internal static Outcome OfBytes(ReadOnlySpan<byte> bytes, string path) => Migrate(bytes, path, new ConfigurationErrors(path));

    private static Outcome Migrate(ReadOnlySpan<byte> bytes, string path, ConfigurationErrors errors)
    {
        var changes = new List<string>();
        if (Parse(bytes, path, errors) is null)
        {
            return new Outcome(null, changes, errors.Sorted()); // before it becomes a text, which would hide bytes that are none
        }

        var text = Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        while (Parse(Encoding.UTF8.GetBytes(text), path, errors) is { } root && VersionOf(root, errors) is var version && version < FormatVersion.Current && !errors.Any)
        {
            var (_, what, edits) = Steps.Single(step => step.From == version);
            text = TextEdit.Apply(text, edits(root, text));
            changes.Add(what);
        }

        return new Outcome(errors.Any ? null : text, changes, errors.Sorted());
    }

    private static ConfigurationNode? Parse(ReadOnlySpan<byte> bytes, string path, ConfigurationErrors errors)
    {
        if (bytes.Length > ConfigurationLoader.MaxBytes)
        {
            errors.Add("$", "the file is larger than 1 MB", "Name a configuration file");
            return null;
        }

        var root = ConfigurationParser.Parse(bytes, new ConfigurationSource(LayeredConfiguration.FileLayer, path), errors);
        if (root is not null and not { Kind: System.Text.Json.JsonTokenType.StartObject })
        {
            errors.Add("$", root.Place, $"an object is expected here, not {root.KindName}", "Name a configuration file");
            return null;
        }

        return root;
    }

    private static int VersionOf(ConfigurationNode root, ConfigurationErrors errors)
    {
        if (root[LayerKeys.Version] is not { } node)
        {
            return 0;
        }

        var path = $"$.{LayerKeys.Version}";
        errors.Place(path, node.Place);
        if (ScalarReader.Read(node, typeof(int), path, errors) is int version)
        {
            FormatVersion.Check(version, path, errors);
            return version;
        }

        return 0;
    }
}
