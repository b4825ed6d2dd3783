namespace EdgePose.Delivery.Broker;

/// <summary>A file that holds one password and nothing else.</summary>
public static class PasswordFile
{
    /// <summary>The password, without the line break that editors put behind it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static string Read(string path) => File.ReadAllText(path).TrimEnd('\r', '\n');
}
