using System.Collections;

namespace EdgePose.Configuration.Reading;

/// <summary>The device that a configuration is loaded for, and what is checked.</summary>
public sealed record LoadOptions
{
    /// <summary>The device whose files are taken; null for this machine.</summary>
    public string? Device { get; init; }

    /// <summary>Whether the files that the configuration names (passwords, certificates, clips) must exist; false when the device is another machine.</summary>
    public bool LookForFiles { get; init; } = true;

    /// <summary>Whether the configuration must hold what a running program needs, for example a camera.</summary>
    public bool IsToRun { get; init; }

    /// <summary>Variables of the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The name of this machine.</summary>
    public string HostName { get; init; } = "localhost";

    /// <summary>For this machine, with its environment.</summary>
    public static LoadOptions OfThisMachine()
    {
        var variables = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>();
        return new()
        {
            Environment = variables.ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
            HostName = System.Environment.MachineName,
        };
    }

    /// <summary>For another machine: neither this machine's files nor its environment count.</summary>
    public static LoadOptions Of(string device) => new() { Device = device, LookForFiles = false };
}
