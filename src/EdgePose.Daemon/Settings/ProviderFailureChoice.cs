namespace EdgePose.Daemon.Settings;

/// <summary>What happens when an execution provider that has run fails while running.</summary>
public enum ProviderFailureChoice
{
    /// <summary>The providers after it in the list are tried; the daemon ends only when none is left.</summary>
    Fallback,

    /// <summary>The daemon ends, and its next start tries them all again.</summary>
    Stop,
}
