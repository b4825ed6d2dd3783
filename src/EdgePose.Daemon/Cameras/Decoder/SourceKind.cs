namespace EdgePose.Daemon.Cameras.Decoder;

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
        return address.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("rtsps://", StringComparison.OrdinalIgnoreCase) ? SourceKind.Rtsp
            : address.StartsWith("/dev/", StringComparison.Ordinal) ? SourceKind.Device
            : Directory.Exists(PathOf(address)) ? SourceKind.Folder
            : SourceKind.File;
    }

    /// <summary>The path in an address that is one, with or without file://.</summary>
    public static string PathOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        const string Scheme = "file://";
        return address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(address[Scheme.Length..]) : address; // no Uri: what is no address to it is a path here
    }

    /// <summary>Whether user and password stand in the address, where logs would show them.</summary>
    public static bool HasCredentials(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var start = address.IndexOf("://", StringComparison.Ordinal);
        if (start < 0 || KindOf(address) != SourceKind.Rtsp)
        {
            return false;
        }

        var rest = address.AsSpan(start + 3);
        var slash = rest.IndexOfAny('/', '?');
        return (slash < 0 ? rest : rest[..slash]).Contains('@');
    }
}
