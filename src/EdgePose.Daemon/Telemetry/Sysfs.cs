using System.Globalization;

namespace EdgePose.Daemon.Telemetry;

/// <summary>Reads the kernel's sysfs. What is not there, or cannot be read, is none: on another machine, or of a sensor that has gone with its driver.</summary>
internal static class Sysfs
{
    /// <summary>The text of a file, trimmed; empty for none.</summary>
    public static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    /// <summary>The whole number in a file; null for none.</summary>
    public static long? Number(string file) =>
        long.TryParse(Text(file), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Folders or files whose names match; none where the folder is missing.</summary>
    public static string[] Entries(string folder, string pattern)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder, pattern);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
