using EdgePose.Daemon.Settings;

namespace EdgePose.Delivery.Spool;

/// <summary>Where the spool's file is.</summary>
internal static class SpoolLocation
{
    /// <summary>
    /// The configured path; else spool.db in the service's state folder; else in a folder of the device's own in the user's, so that two devices that one person tries on one machine do not
    /// send each other's events.
    /// </summary>
    public static string Of(EdgePoseConfig config, Func<string, string?> environment)
    {
        if (config.Spool.Path is { } path)
        {
            return config.Resolve(path);
        }

        return Path.Combine(StateFolder.OfService(environment) ?? Path.Combine(StateFolder.OfUser(environment), config.Device.Site, config.Device.Id), "spool.db");
    }
}
