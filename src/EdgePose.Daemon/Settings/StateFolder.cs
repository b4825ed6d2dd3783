namespace EdgePose.Daemon.Settings;

/// <summary>The folder of what the daemon keeps over restarts.</summary>
internal static class StateFolder
{
    /// <summary>The service's own (<c>$STATE_DIRECTORY</c>, set by systemd); null where there is no service.</summary>
    public static string? OfService(Func<string, string?> environment) =>
        environment("STATE_DIRECTORY") is { Length: > 0 } state ? state.Split(':')[0] : null; // systemd separates several folders by colons; the first is the service's main one

    /// <summary>The user's (XDG Base Directory Specification 0.8), which all daemons share that one person tries on one machine.</summary>
    public static string OfUser(Func<string, string?> environment)
    {
        var home = environment("XDG_STATE_HOME") is { } set && Path.IsPathRooted(set) ? set : Path.Combine(environment("HOME") ?? "/", ".local", "state");
        return Path.Combine(home, "edgepose");
    }
}
