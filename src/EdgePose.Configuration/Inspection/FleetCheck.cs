using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Settings;

namespace EdgePose.Configuration.Inspection;

/// <summary>Checks every device of a fleet's folder, on any machine: the files and credentials that a device names are its own, and are not looked for.</summary>
public static class FleetCheck
{
    /// <summary>One device and what was found.</summary>
    /// <param name="Device">The name of its file.</param>
    /// <param name="Result">Its configuration, or its errors.</param>
    public sealed record Finding(string Device, ConfigurationResult Result);

    /// <summary>Whether <paramref name="path"/> is a folder with devices.</summary>
    public static bool IsFleet(string path) => Directory.Exists(Path.Combine(path, "devices"));

    /// <summary>The devices of <paramref name="path"/>, in the order of their names.</summary>
    public static IReadOnlyList<string> Devices(string path) => new FleetFolder(path).Devices();

    /// <summary>Loads every device; each file is read once, however many devices share it.</summary>
    public static IReadOnlyList<Finding> Run(string path)
    {
        var folder = new FleetFolder(path);
        var devices = folder.Devices();
        var findings = new Finding[devices.Count];
        Parallel.For(0, devices.Count, i => findings[i] = new Finding(devices[i], LayeredConfiguration.Read(path, LoadOptions.Of(devices[i]) with { NeedsCamera = true }, folder).Result));
        return [.. findings.Select(RefuseSharedNames(findings))];
    }

    /// <summary>Each error once, with the devices that have it.</summary>
    public static IReadOnlyList<(ConfigurationError Error, IReadOnlyList<string> Devices)> ErrorsOf(IReadOnlyList<Finding> findings) =>
    [
        .. findings.SelectMany(finding => finding.Result.Errors.Select(error => (finding.Device, Error: error)))
            .GroupBy(pair => pair.Error)
            .Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(pair => pair.Device)]))
            .OrderBy(pair => pair.Key.File, StringComparer.Ordinal).ThenBy(pair => pair.Key.Line).ThenBy(pair => pair.Key.Column),
    ];

    /// <summary>Two devices of one site and id would publish under the same topics, and throw each other off the broker.</summary>
    private static Func<Finding, Finding> RefuseSharedNames(IReadOnlyList<Finding> findings)
    {
        var owners = findings.Where(finding => finding.Result.Config is not null).ToLookup(finding => NameOf(finding.Result.Config!), finding => finding.Device, StringComparer.Ordinal);
        return finding =>
        {
            if (finding.Result.Config is not { } config || owners[NameOf(config)].FirstOrDefault(device => device != finding.Device) is not { } other)
            {
                return finding;
            }

            var error = new ConfigurationError(
                finding.Result.Files.First(file => file.EndsWith($"/{finding.Device}.json", StringComparison.Ordinal)), "$.device", 0, 0,
                $"device {other} is called {NameOf(config)} too", "Give each device of a site an id of its own");
            return finding with { Result = new ConfigurationResult(null, [error]) { Files = finding.Result.Files } };
        };
    }

    private static string NameOf(EdgePoseConfig config) => $"{config.Device.Site}/{config.Device.Id}";
}
