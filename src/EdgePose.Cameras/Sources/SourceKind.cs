namespace EdgePose.Cameras.Sources;

/// <summary>What an address leads to.</summary>
public enum SourceKind
{
    /// <summary>rtsp:// or rtsps://.</summary>
    Rtsp,

    /// <summary>A video file.</summary>
    File,

    /// <summary>A folder of pictures, in the order of their names.</summary>
    Folder,

    /// <summary>A camera of this device: /dev/videoN, or a lasting name of one such as /dev/v4l/by-id/....</summary>
    Device,
}

/// <summary>Reads an address.</summary>
public static class SourceAddress
{
    /// <summary>What <paramref name="address"/> leads to. A path that does not exist counts as a file.</summary>
    public static SourceKind KindOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return RtspAuthority(address) >= 0 ? SourceKind.Rtsp
            : IsDevice(address) ? SourceKind.Device
            : Directory.Exists(PathOf(address)) ? SourceKind.Folder
            : SourceKind.File;
    }

    /// <summary>Whether an RTSP address names no host: nothing stands between its scheme and its port, path or query.</summary>
    public static bool LacksHost(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return RtspAuthority(address) is >= 0 and var start && (start == address.Length || address[start] is ':' or '/' or '?' or '#');
    }

    /// <summary>The path in an address that is one; any other address as it is.</summary>
    public static string PathOf(string address) => FilePathOf(address) ?? address;

    /// <summary>
    /// The clip or folder that an address means: file:///absolute, file:relative (a host between the slashes means nothing here), or a text without a scheme. Null for the address of a stream or a
    /// device. Not read as a URI: what is none is a path all the same.
    /// </summary>
    public static string? FilePathOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        const string Scheme = "file:";
        if (address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var rest = Uri.UnescapeDataString(address[Scheme.Length..]);
            return rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;
        }

        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var hasScheme = colon > 1 && address[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.');
        return hasScheme || IsDevice(address) ? null : address;
    }

    /// <summary>Where the host of an RTSP address begins; -1 for any other.</summary>
    private static int RtspAuthority(string address) =>
        address.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase) ? "rtsp://".Length
        : address.StartsWith("rtsps://", StringComparison.OrdinalIgnoreCase) ? "rtsps://".Length
        : -1;

    private static bool IsDevice(string address) => address.StartsWith("/dev/", StringComparison.Ordinal);
}
