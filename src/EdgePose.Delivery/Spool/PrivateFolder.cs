namespace EdgePose.Delivery.Spool;

/// <summary>A folder that is nobody else's business.</summary>
public static class PrivateFolder
{
    /// <summary>Makes it for this user alone where there is none, those above it included.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void Make(string path)
    {
        if (!Directory.Exists(path) && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
