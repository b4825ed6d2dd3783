using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>A configuration with the layers that it was made of, for those who ask where a value comes from.</summary>
/// <param name="Result">The configuration, or every error.</param>
/// <param name="Composition">The layers; null when there are none.</param>
internal sealed record LayeredConfiguration(ConfigurationResult Result, Composition? Composition)
{
    /// <summary>The layer of a single file.</summary>
    public const string FileLayer = "file";

    /// <summary>Reads a file or a folder.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">For whom.</param>
    /// <param name="folder">The folder when other devices of it were read before, so that no file is read twice.</param>
    public static LayeredConfiguration Read(string path, LoadOptions options, FleetFolder? folder = null) =>
        Directory.Exists(path) ? OfFolder(path, options, folder ?? new FleetFolder(path)) : OfFile(ConfigurationLayer.Read(FileLayer, path), path, options);

    /// <summary>A single file, over who this device is, and the environment over it.</summary>
    public static LayeredConfiguration OfFile(ConfigurationLayer file, string path, LoadOptions options) =>
        Bind(DeviceIdentity.OfSingle(options) is { } identity ? [identity.ToLayer(), file] : [file], file.Source, Path.GetDirectoryName(FullPath(path)) ?? "/", options, [path], new ConfigurationErrors(file.Source));

    /// <summary>A layer that says all, whoever this device is.</summary>
    /// <param name="all">What it says.</param>
    /// <param name="baseFolder">Where relative paths start.</param>
    /// <param name="options">For whom.</param>
    public static LayeredConfiguration OfWhole(ConfigurationLayer all, string baseFolder, LoadOptions options) =>
        Bind([all], all.Source, baseFolder, options, [all.Source.File], new ConfigurationErrors(all.Source));

    private static LayeredConfiguration OfFolder(string path, LoadOptions options, FleetFolder folder)
    {
        var whole = new ConfigurationSource("folder", path);
        var errors = new ConfigurationErrors(whole);
        List<string> files = [Path.Combine(path, DeviceIdentity.FileName)];
        try
        {
            if (!folder.IsFleet)
            {
                files.AddRange([Path.Combine(path, "fleet.json"), Path.Combine(path, "devices")]);
                errors.Add("$", "the folder holds no configuration: neither fleet.json nor devices", "Name a configuration file, or make the folder as config/fleet is");
                return Failed(errors, files);
            }

            if (DeviceIdentity.Find(path, options, errors) is not { } identity || folder.LayersOf(identity, files, errors) is not { Count: > 0 } layers)
            {
                return Failed(errors, files);
            }

            return Bind(layers, whole, FullPath(path), options, files, errors);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            errors.Add("$", $"the folder cannot be read: {fault.Message.TrimEnd('.')}", "Give the daemon's user the right to read it");
            return Failed(errors, files);
        }
    }

    private static LayeredConfiguration Bind(
        IReadOnlyList<ConfigurationLayer> layers, ConfigurationSource whole, string baseFolder, LoadOptions options, IReadOnlyList<string> files, ConfigurationErrors errors)
    {
        if (EnvironmentLayer.Read(options.Environment, new Composition(layers, whole)) is { } environment)
        {
            layers = [.. layers, environment];
        }

        var composition = new Composition(layers, whole);
        var config = composition.Bind(baseFolder, options.LookForFiles, errors);
        if (config is { Cameras.IsEmpty: true } && options.NeedsCamera)
        {
            errors.Add("$.cameras", "no camera is configured", "Add one, see docs/configuration.md");
            config = null;
        }

        if (config is not null && layers.FirstOrDefault(layer => layer.Source.Layer == FleetFolder.SiteLayerName) is { } site && Path.GetFileNameWithoutExtension(site.Source.File) is var chosen && chosen != config.Device.Site)
        {
            // The topics would lie under one site, and the settings be those of another.
            errors.Add("$.device.site", composition.Merged["device"]!["site"]!.Place, $"the device is of the site \"{chosen}\", whose file counts, and is called one of \"{config.Device.Site}\"", "Name the site in the device's file, the identity file or fleet.json alone");
            config = null;
        }

        return new LayeredConfiguration(new ConfigurationResult(config, errors.Sorted()) { Files = files }, composition);
    }

    private static LayeredConfiguration Failed(ConfigurationErrors errors, IReadOnlyList<string> files) => new(new ConfigurationResult(null, errors.Sorted()) { Files = files }, null);

    /// <summary>The full path; a path that is none (empty, with a null character) was refused when it was read.</summary>
    private static string FullPath(string path) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? "/" : Path.GetFullPath(path);
}
