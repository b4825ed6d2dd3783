using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>A configuration with its layers, so that the source of a value can be found.</summary>
/// <typeparam name="T">The type of the configuration.</typeparam>
/// <param name="Result">The configuration, or every error.</param>
/// <param name="Composition">The layers; null when there are none.</param>
internal sealed record LayeredConfiguration<T>(ConfigurationResult<T> Result, Composition? Composition)
    where T : class;

/// <summary>Reads the layers of a configuration, and makes one of them.</summary>
internal static class LayeredConfiguration
{
    /// <summary>The layer of a single file.</summary>
    public const string FileLayer = "file";

    /// <summary>Reads a file or a folder.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">The device, and what is checked.</param>
    /// <param name="folder">The folder, when other devices of it were read before: no file is read twice.</param>
    public static LayeredConfiguration<T> Read<T>(ConfigurationModel<T> model, string path, LoadOptions options, FleetFolder? folder = null)
        where T : class =>
        Directory.Exists(path) ? OfFolder(model, path, options, folder ?? new FleetFolder(model, path)) : OfFile(model, ConfigurationLayer.Read(model, FileLayer, path), path, options);

    /// <summary>A single file, above the identity of this device and below the environment.</summary>
    public static LayeredConfiguration<T> OfFile<T>(ConfigurationModel<T> model, ConfigurationLayer file, string path, LoadOptions options)
        where T : class
    {
        IReadOnlyList<ConfigurationLayer> layers = DeviceIdentity.OfSingle(model, options) is { } identity ? [identity.ToLayer(model), file] : [file];
        return Bind(model, layers, file.Source, Path.GetDirectoryName(FullPath(path)) ?? "/", options, [path], new ConfigurationErrors(file.Source));
    }

    /// <summary>One layer that is complete, without the identity of this device.</summary>
    public static LayeredConfiguration<T> OfWhole<T>(ConfigurationModel<T> model, ConfigurationLayer whole, string baseFolder, LoadOptions options)
        where T : class => Bind(model, [whole], whole.Source, baseFolder, options, [whole.Source.File], new ConfigurationErrors(whole.Source));

    private static LayeredConfiguration<T> OfFolder<T>(ConfigurationModel<T> model, string path, LoadOptions options, FleetFolder folder)
        where T : class
    {
        var whole = new ConfigurationSource("folder", path);
        var errors = new ConfigurationErrors(whole);
        List<string> files = [Path.Combine(path, DeviceIdentity.FileName)];
        try
        {
            if (!folder.IsFleet)
            {
                files.AddRange([Path.Combine(path, "fleet.json"), Path.Combine(path, "devices")]);
                errors.Add("$", "the folder holds no configuration: neither fleet.json nor devices", "Name a configuration file, or make fleet.json and devices in the folder");
            }
            else if (DeviceIdentity.Find(model, path, options, errors) is { } identity && folder.LayersOf(identity, files, errors) is { Count: > 0 } layers)
            {
                return Bind(model, layers, whole, FullPath(path), options, files, errors);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            errors.Add("$", $"the folder cannot be read: {fault.Message.TrimEnd('.')}", "Give the daemon's user the right to read it");
        }

        return new LayeredConfiguration<T>(new ConfigurationResult<T>(null, errors.Sorted()) { Files = files }, null);
    }

    private static LayeredConfiguration<T> Bind<T>(
        ConfigurationModel<T> model, IReadOnlyList<ConfigurationLayer> layers, ConfigurationSource whole, string baseFolder, LoadOptions options, IReadOnlyList<string> files,
        ConfigurationErrors errors)
        where T : class
    {
        if (EnvironmentLayer.Read(model, options.Environment, new Composition(model, layers, whole)) is { } environment)
        {
            layers = [.. layers, environment];
        }

        var composition = new Composition(model, layers, whole);
        var config = (T?)composition.Bind(baseFolder, options, errors);
        if (config is not null && layers.FirstOrDefault(layer => layer.Source.Layer == FleetFolder.SiteLayerName) is { } site)
        {
            // Otherwise the topics would have one site, and the settings would be those of another.
            var (chosen, named) = (Path.GetFileNameWithoutExtension(site.Source.File), ConfigurationShape.ValueAt(config, model.SitePath));
            if (!chosen.Equals(named))
            {
                errors.Add(
                    $"$.{model.SitePath}", composition.Merged.Find(model.SitePath)!.Place, $"the device is of the site \"{chosen}\", whose file applies, but {model.SitePath} is \"{named}\"",
                    "Name the site in the device's file, the identity file or fleet.json alone");
                config = null;
            }
        }

        return new LayeredConfiguration<T>(new ConfigurationResult<T>(config, errors.Sorted()) { Files = files }, composition);
    }

    /// <summary>The full path. An invalid path (empty, with a null character) has an error already.</summary>
    private static string FullPath(string path) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? "/" : Path.GetFullPath(path);
}
