namespace EdgePose.Configuration.Layers;

/// <summary>For whom a configuration is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>The device whose files are taken; null for the one that this machine is.</summary>
    public string? Device { get; init; }

    /// <summary>Whether files that are named (passwords, certificates, clips) must be there and fit; false when the device is another machine.</summary>
    public bool LookForFiles { get; init; } = true;

    /// <summary>Whether a configuration without a camera is refused: a daemon has nothing to do then.</summary>
    public bool NeedsCamera { get; init; }

    /// <summary>Variables of the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The name of this machine.</summary>
    public string HostName { get; init; } = "localhost";

    /// <summary>As the daemon on this machine loads it.</summary>
    public static LoadOptions OfThisMachine() => new() { Environment = EnvironmentLayer.OfProcess(), HostName = System.Environment.MachineName };

    /// <summary>As another machine's daemon would load it: neither this machine's files nor its environment count.</summary>
    public static LoadOptions Of(string device) => new() { Device = device, LookForFiles = false };
}
