namespace EdgePose.Daemon.Configuration;

/// <summary>Reads a configuration file: JSON with comments and trailing commas, in UTF-8, at most <see cref="MaxBytes"/> long.</summary>
public static class ConfigurationLoader
{
    /// <summary>A larger file is no configuration: a thousand cameras need a fifth of it.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads and checks <paramref name="path"/>. Every error is told at once; nothing that a file holds makes this throw.</summary>
    public static ConfigurationResult Load(string path)
    {
        var errors = new ConfigurationErrors(path);
        return ReadFile(path, errors) is { } bytes ? Bind(bytes, path, errors) : new ConfigurationResult(null, errors.Sorted());
    }

    /// <summary>As <see cref="Load"/>, of a file that was read already; <paramref name="path"/> names it, and relative paths start from its folder.</summary>
    public static ConfigurationResult Parse(ReadOnlySpan<byte> bytes, string path) => Bind(bytes, path, new ConfigurationErrors(path));

    private static ConfigurationResult Bind(ReadOnlySpan<byte> bytes, string path, ConfigurationErrors errors)
    {
        if (bytes.Length > MaxBytes)
        {
            errors.Add("$", "the file is larger than 1 MB", "Name a configuration file");
        }
        else if (ConfigurationParser.Parse(bytes, errors) is { } root)
        {
            var section = (EdgePoseConfig)new ConfigurationBinder(errors).BindSection(root, typeof(EdgePoseConfig), "$");
            var config = section with { BaseFolder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/" };
            ConfigurationChecks.Run(config, errors);
            return new ConfigurationResult(errors.Any ? null : config, errors.Sorted());
        }

        return new ConfigurationResult(null, errors.Sorted());
    }

    private static byte[]? ReadFile(string path, ConfigurationErrors errors)
    {
        try
        {
            // One byte more than allowed tells a file that is too long, even one that has no length (/dev/zero).
            using var stream = File.OpenRead(path);
            var bytes = new byte[MaxBytes + 1];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..count];
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add("$", "there is no such file", "Name the configuration file, or make one from config/edgepose.json");
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            errors.Add("$", "this is a folder", "Name the file in it");
        }
        catch (UnauthorizedAccessException)
        {
            errors.Add("$", "the file may not be read by this user", "Give the daemon's user the right to read it");
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or NotSupportedException)
        {
            errors.Add("$", $"the file cannot be read: {fault.Message.TrimEnd('.')}", "Name a file that can be read");
        }

        return null;
    }
}
