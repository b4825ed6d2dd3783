using EdgePose.Daemon.Configuration;

namespace EdgePose.Daemon.Spool;

/// <summary>Where the spool's file is.</summary>
internal static class SpoolLocation
{
    /// <summary>
    /// The configured path; else spool.db in the service's state folder (<c>$STATE_DIRECTORY</c>, set by systemd); else a folder of the device's own in the user's state folder (XDG Base Directory
    /// Specification 0.8), so that two devices that one person tries on one machine do not send each other's events.
    /// </summary>
    public static string Of(EdgePoseConfig config, Func<string, string?> environment)
    {
        if (config.Spool.Path is { } path)
        {
            return config.Resolve(path);
        }

        // systemd separates several folders by colons; the first is the service's main one.
        if (environment("STATE_DIRECTORY") is { Length: > 0 } state)
        {
            return Path.Combine(state.Split(':')[0], "spool.db");
        }

        var home = environment("XDG_STATE_HOME") is { } set && Path.IsPathRooted(set) ? set : Path.Combine(environment("HOME") ?? "/", ".local", "state");
        return Path.Combine(home, "edgepose", config.Device.Site, config.Device.Id, "spool.db");
    }
}
