using System.Text;
using System.Text.Json;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Migration;

/// <summary>Migrates a file to the current version of its form. Comments and layout are kept.</summary>
public static class FormatMigration
{
    /// <summary>A migrated file.</summary>
    /// <param name="Text">The whole new text; null when there is an error.</param>
    /// <param name="Changes">One sentence for each change; empty when the file is of the current form.</param>
    /// <param name="Errors">The errors: the file is no JSON, or newer than this program.</param>
    public sealed record Outcome(string? Text, IReadOnlyList<string> Changes, IReadOnlyList<ConfigurationError> Errors);

    /// <summary>Migrates the file at <paramref name="path"/>, without writing it.</summary>
    public static Outcome OfFile(ConfigurationModel model, string path)
    {
        var errors = new ConfigurationErrors(path);
        return ConfigurationFile.Read(path, errors) is { } bytes ? Migrate(model, bytes, path, errors) : new Outcome(null, [], errors.Sorted());
    }

    /// <summary>Migrates the bytes of a file.</summary>
    internal static Outcome OfBytes(ConfigurationModel model, ReadOnlySpan<byte> bytes, string path) => Migrate(model, bytes, path, new ConfigurationErrors(path));

    private static Outcome Migrate(ConfigurationModel model, ReadOnlySpan<byte> bytes, string path, ConfigurationErrors errors)
    {
        var root = ConfigurationLayer.Tree(new ConfigurationSource(LayeredConfiguration.FileLayer, path), bytes, errors);
        if (root is not null and not { Kind: JsonTokenType.StartObject })
        {
            errors.Add("$", root.Place, $"an object is expected here, not {root.KindName}", "Name a configuration file");
        }

        if (root is null || errors.Any || VersionOf(model, root, errors) is not { } version || errors.Any)
        {
            return new Outcome(null, [], errors.Sorted());
        }

        var text = Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        return version > 0 ? new Outcome(text, [], []) : new Outcome(Stamped(root, text), [$"\"{LayerKey.Version}\": 1 is written, so that a later program knows the file's form"], []);
    }

    /// <summary>The version; 0 when the file has none: before version 1 files had no version.</summary>
    private static int? VersionOf(ConfigurationModel model, ConfigurationNode root, ConfigurationErrors errors)
    {
        if (root[LayerKey.Version] is not { } node)
        {
            return 0;
        }

        const string path = $"$.{LayerKey.Version}";
        errors.Place(path, node.Place);
        if (ScalarReader.Read(node, typeof(int), path, errors) is int version)
        {
            model.CheckVersion(version, path, errors);
            return version;
        }

        return null;
    }

    /// <summary>The text with the version as its first key, in the layout of the key that was first.</summary>
    private static string Stamped(ConfigurationNode root, string text)
    {
        const string key = $"\"{LayerKey.Version}\": 1";
        var open = OffsetOf(text, root.Place) + 1;
        if (root.Members.Count == 0)
        {
            return text.Insert(open, $" {key} ");
        }

        var first = root.Members[0].Place;
        if (first.Line == root.Place.Line)
        {
            return text.Insert(open, $" {key},");
        }

        var at = OffsetOf(text, first);
        var line = text.LastIndexOf('\n', at - 1) + 1;
        var indentation = text[line..at];
        var newLine = line > 1 && text[line - 2] == '\r' ? "\r\n" : "\n";
        return text.Insert(open, string.IsNullOrWhiteSpace(indentation) ? $"{newLine}{indentation}{key}," : $" {key},");
    }

    /// <summary>The offset in characters of a place, whose columns are in bytes.</summary>
    private static int OffsetOf(string text, ConfigurationPlace place)
    {
        var start = 0;
        for (var line = 1; line < place.Line; line++)
        {
            start = text.IndexOf('\n', start) + 1;
        }

        var at = start;
        for (var bytes = 1; bytes < place.Column; at++)
        {
            // A surrogate pair is four bytes and two characters.
            bytes += text[at] < 0x80 ? 1 : text[at] < 0x800 || char.IsSurrogate(text[at]) ? 2 : 3;
        }

        return at;
    }
}
