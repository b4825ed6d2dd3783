using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Events;

/// <summary>Where the spool is.</summary>
internal static class SpoolLocation
{
    private const string LegacyExtension = ".db";

    /// <summary>
    /// The spool's folder, and the file in which an earlier version kept its events. The folder is the configured path; else "spool" in the service's state folder; else in a folder of the device's own
    /// in the user's, so that two devices that one person tries on one machine do not send each other's events. The file has the folder's name with ".db"; a configured path that ends so names the file.
    /// </summary>
    public static (string Folder, string LegacyFile) Of(EdgePoseConfig config, Func<string, string?> environment)
    {
        var path = config.Spool.Path is { } configured ? config.Resolve(configured)
            : Path.Combine(StateFolder.OfService(environment) ?? Path.Combine(StateFolder.OfUser(environment), config.Device.Site, config.Device.Id), "spool");
        var folder = path.EndsWith(LegacyExtension, StringComparison.OrdinalIgnoreCase) ? path[..^LegacyExtension.Length] : Path.TrimEndingDirectorySeparator(path);
        return (folder, folder + LegacyExtension);
    }
}
