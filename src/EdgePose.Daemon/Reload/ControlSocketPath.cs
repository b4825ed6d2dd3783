using System.Security.Cryptography;
using System.Text;

namespace EdgePose.Daemon.Reload;

/// <summary>Where the control socket of a configuration's daemon is.</summary>
public static class ControlSocketPath
{
    private const string ServiceFolder = "/run/edgepose";

    /// <summary>Where the daemon makes it: systemd's RuntimeDirectory, else the user's runtime folder, else /run/edgepose.</summary>
    public static string ForDaemon(string configuration) => Candidates(configuration)[0];

    /// <summary>Where a daemon may have made it, in the order in which they are tried: a shell does not know the service's environment.</summary>
    public static IReadOnlyList<string> Candidates(string configuration)
    {
        var name = $"{NameOf(configuration)}.sock";
        string?[] folders =
        [
            Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY")?.Split(':')[0],
            Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } user ? Path.Combine(user, "edgepose") : null,
            ServiceFolder,
        ];
        return [.. folders.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, name)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What files of the daemon of that configuration are called, where those of several lie side by side.</summary>
    internal static string NameOf(string configuration) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(configuration).TrimEnd('/'))))[..16];
}
