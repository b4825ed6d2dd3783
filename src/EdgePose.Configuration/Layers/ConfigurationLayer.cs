using System.Text.Json;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Layers;

/// <summary>What one file, or the environment, says: read, checked by itself, and in the form that merges.</summary>
/// <param name="Source">The layer and its file.</param>
/// <param name="Root">What it says; null when it could not be read, or is wrong from end to end.</param>
/// <param name="Errors">Everything that is wrong with it, whatever the other layers say.</param>
internal sealed record ConfigurationLayer(ConfigurationSource Source, ConfigurationNode? Root, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    public static ConfigurationLayer Read(string layer, string path)
    {
        var source = new ConfigurationSource(layer, path);
        var errors = new ConfigurationErrors(source);
        return ConfigurationFile.Read(path, errors) is { } bytes ? Parse(source, bytes, errors) : new ConfigurationLayer(source, null, errors.Sorted());
    }

    /// <summary>Reads what was read already.</summary>
    public static ConfigurationLayer Parse(ConfigurationSource source, ReadOnlySpan<byte> bytes) => Parse(source, bytes, new ConfigurationErrors(source));

    /// <summary>Checks a tree that was made otherwise.</summary>
    public static ConfigurationLayer Of(ConfigurationSource source, ConfigurationNode root) => Of(source, root, new ConfigurationErrors(source));

    private static ConfigurationLayer Parse(ConfigurationSource source, ReadOnlySpan<byte> bytes, ConfigurationErrors errors)
    {
        if (bytes.Length > ConfigurationLoader.MaxBytes)
        {
            errors.Add("$", "the file is larger than 1 MB", "Name a configuration file");
        }
        else if (ConfigurationParser.Parse(bytes, source, errors) is { } root)
        {
            return Of(source, root, errors);
        }

        return new ConfigurationLayer(source, null, errors.Sorted());
    }

    private static ConfigurationLayer Of(ConfigurationSource source, ConfigurationNode root, ConfigurationErrors errors)
    {
        new ConfigurationBinder(errors, isLayer: true).BindSection(root, typeof(EdgePoseConfig), "$");
        var form = root.Kind == JsonTokenType.StartObject && !errors.IsFull ? LayerForm.Of(root, errors) : null;
        return new ConfigurationLayer(source, form, errors.Sorted());
    }
}
