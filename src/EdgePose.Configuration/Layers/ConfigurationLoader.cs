using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Overload;

namespace EdgePose.Configuration.Layers;

/// <summary>
/// Reads a configuration: one file, or the folder of a fleet, from which a device takes its layers. JSON with comments and trailing commas, in UTF-8, each file at most
/// <see cref="MaxBytes"/> long.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>A larger file is no configuration: a thousand cameras need a fifth of it.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads and checks <paramref name="path"/> as the daemon on this machine does, with its environment.</summary>
    public static ConfigurationResult Load(string path) => Load(path, LoadOptions.OfThisMachine());

    /// <summary>Reads and checks <paramref name="path"/>, a file or a folder. Every error is told at once; nothing that a file holds makes this throw.</summary>
    public static ConfigurationResult Load(string path, LoadOptions options) => LayeredConfiguration.Read(path, options).Result;

    /// <summary>A file that was read already, alone; <paramref name="path"/> names it, and relative paths start from its folder.</summary>
    public static ConfigurationResult Parse(ReadOnlySpan<byte> bytes, string path) =>
        LayeredConfiguration.OfFile(ConfigurationLayer.Parse(new ConfigurationSource(LayeredConfiguration.FileLayer, path), bytes), path, new LoadOptions()).Result;
}
