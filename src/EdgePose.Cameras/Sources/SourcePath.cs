namespace EdgePose.Cameras.Sources;

/// <summary>Addresses that are paths: one that exists, file:///absolute, file:relative, and any text without a scheme that is no device.</summary>
internal static class SourcePath
{
    private const string FileScheme = "file:";

    /// <summary>The full path that an address means; null for the address of a stream or a device.</summary>
    /// <remarks>The address is not read as a URI, since a path need not be one. A host between the slashes is part of the path.</remarks>
    public static string? In(string address, string baseFolder)
    {
        if (!DeviceSource.IsDevice(address) && Path.Exists(Full(address, baseFolder)))
        {
            return Full(address, baseFolder); // whatever characters its name has
        }

        if (address.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
        {
            var rest = Uri.UnescapeDataString(address[FileScheme.Length..]);
            return Full(rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest, baseFolder);
        }

        return Scheme(address) is not null || DeviceSource.IsDevice(address) ? null : Full(address, baseFolder);
    }

    /// <summary>The scheme at the start of an address, without its colon; null where there is none.</summary>
    public static string? Scheme(string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && address[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.') ? address[..colon] : null;
    }

    private static string Full(string path, string baseFolder) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(Path.Combine(baseFolder, path));
}
