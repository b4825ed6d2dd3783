using System.Text.Json;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>The content of one file, or of the environment: read, checked alone, and in the form that merges.</summary>
/// <param name="Source">The layer and its file.</param>
/// <param name="Root">The content; null when it cannot be read.</param>
/// <param name="Errors">Its errors, independent of the other layers.</param>
public sealed record ConfigurationLayer(ConfigurationSource Source, ConfigurationNode? Root, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    internal static ConfigurationLayer Read(ConfigurationModel model, string layer, string path)
    {
        var source = new ConfigurationSource(layer, path);
        var errors = new ConfigurationErrors(source);
        return ConfigurationFile.Read(path, errors) is { } bytes ? Parse(model, source, bytes, errors) : new ConfigurationLayer(source, null, errors.Sorted());
    }

    /// <summary>Parses the bytes of a file.</summary>
    internal static ConfigurationLayer Parse(ConfigurationModel model, ConfigurationSource source, ReadOnlySpan<byte> bytes) => Parse(model, source, bytes, new ConfigurationErrors(source));

    /// <summary>Checks a tree of any origin.</summary>
    public static ConfigurationLayer Of(ConfigurationModel model, ConfigurationSource source, ConfigurationNode root) => Of(model, source, root, new ConfigurationErrors(source));

    /// <summary>The tree of a file's bytes, or null and an error.</summary>
    internal static ConfigurationNode? Tree(ConfigurationSource source, ReadOnlySpan<byte> bytes, ConfigurationErrors errors)
    {
        if (bytes.Length > ConfigurationFile.MaxBytes)
        {
            errors.Add("$", "the file is larger than 1 MB", "Name a configuration file");
            return null;
        }

        return ConfigurationParser.Parse(bytes, source, errors);
    }

    private static ConfigurationLayer Parse(ConfigurationModel model, ConfigurationSource source, ReadOnlySpan<byte> bytes, ConfigurationErrors errors) =>
        Tree(source, bytes, errors) is { } root ? Of(model, source, root, errors) : new ConfigurationLayer(source, null, errors.Sorted());

    private static ConfigurationLayer Of(ConfigurationModel model, ConfigurationSource source, ConfigurationNode root, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(model);
        new ConfigurationBinder(model, errors, isLayer: true).BindSection(root, model.Root, "$");
        var form = root.Kind == JsonTokenType.StartObject && !errors.IsFull ? LayerForm.Of(model, root, errors) : null;
        return new ConfigurationLayer(source, form, errors.Sorted());
    }
}
