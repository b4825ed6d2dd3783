using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Layers;

/// <summary>
/// Loads a configuration: one file, or the folder of a fleet, whose layers a device merges. Files are JSON in UTF-8, with comments and trailing commas.
/// Every error is reported at once; no content of a file causes an exception.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>Loads a file or folder for this machine, with its environment.</summary>
    public static ConfigurationResult<T> Load<T>(this ConfigurationModel<T> model, string path)
        where T : class => model.Load(path, LoadOptions.OfThisMachine());

    /// <summary>Loads a file or folder.</summary>
    public static ConfigurationResult<T> Load<T>(this ConfigurationModel<T> model, string path, LoadOptions options)
        where T : class => LayeredConfiguration.Read(model, path, options).Result;

    /// <summary>Loads the bytes of one file; <paramref name="path"/> names it, and relative paths start from its folder.</summary>
    public static ConfigurationResult<T> Parse<T>(this ConfigurationModel<T> model, ReadOnlySpan<byte> bytes, string path, LoadOptions? options = null)
        where T : class =>
        LayeredConfiguration.OfFile(model, ConfigurationLayer.Parse(model, new ConfigurationSource(LayeredConfiguration.FileLayer, path), bytes), path, options ?? new LoadOptions()).Result;

    /// <summary>Loads one layer that is complete, without the identity of this device.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="whole">The layer.</param>
    /// <param name="baseFolder">The folder that relative paths start from.</param>
    /// <param name="options">What is checked.</param>
    public static ConfigurationResult<T> Load<T>(this ConfigurationModel<T> model, ConfigurationLayer whole, string baseFolder, LoadOptions options)
        where T : class => LayeredConfiguration.OfWhole(model, whole, baseFolder, options).Result;

    /// <summary>The files of conf.d in a fleet's folder, new ones included.</summary>
    public static IReadOnlyList<string> Drops(string folder) => FleetFolder.Drops(folder);
}
