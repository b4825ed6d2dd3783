using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Inspection;

/// <summary>A device of a fleet's folder, and its configuration.</summary>
/// <typeparam name="T">The type of the configuration.</typeparam>
/// <param name="Device">The name of its file.</param>
/// <param name="Result">Its configuration, or its errors.</param>
public sealed record FleetFinding<T>(string Device, ConfigurationResult<T> Result)
    where T : class;

/// <summary>Checks every device of a fleet's folder, on any machine. Files and credentials that only a device has are not looked for.</summary>
public static class Fleet
{
    /// <summary>Whether <paramref name="path"/> is a folder with devices.</summary>
    public static bool IsFleet(string path) => Directory.Exists(Path.Combine(path, "devices"));

    /// <summary>The devices of <paramref name="path"/>, in the order of their names.</summary>
    public static IReadOnlyList<string> Devices(ConfigurationModel model, string path) => new FleetFolder(model, path).Devices();

    /// <summary>Loads every device. Each file is read once.</summary>
    public static IReadOnlyList<FleetFinding<T>> Check<T>(ConfigurationModel<T> model, string path)
        where T : class
    {
        var folder = new FleetFolder(model, path);
        var devices = folder.Devices();
        var findings = new FleetFinding<T>[devices.Count];
        Parallel.For(0, devices.Count, i => findings[i] = new FleetFinding<T>(devices[i], LayeredConfiguration.Read(model, path, LoadOptions.Of(devices[i]) with { IsToRun = true }, folder).Result));
        var owners = findings.Where(finding => finding.Result.Config is not null).ToLookup(finding => NameOf(model, finding.Result.Config!), finding => finding.Device, StringComparer.Ordinal);
        return [.. findings.Select(finding => RefuseSharedName(model, finding, owners))];
    }

    /// <summary>Each error once, with the devices that have it.</summary>
    public static IReadOnlyList<(ConfigurationError Error, IReadOnlyList<string> Devices)> ErrorsOf<T>(IReadOnlyList<FleetFinding<T>> findings)
        where T : class =>
    [
        .. findings.SelectMany(finding => finding.Result.Errors.Select(error => (finding.Device, Error: error)))
            .GroupBy(pair => pair.Error)
            .Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(pair => pair.Device)]))
            .OrderBy(pair => pair.Key.File, StringComparer.Ordinal).ThenBy(pair => pair.Key.Line).ThenBy(pair => pair.Key.Column),
    ];

    /// <summary>Two devices of one site and id would publish under the same topics, and disconnect each other from the broker.</summary>
    private static FleetFinding<T> RefuseSharedName<T>(ConfigurationModel model, FleetFinding<T> finding, ILookup<string, string> owners)
        where T : class
    {
        if (finding.Result.Config is not { } config || owners[NameOf(model, config)].FirstOrDefault(device => device != finding.Device) is not { } other)
        {
            return finding;
        }

        var error = new ConfigurationError(
            finding.Result.Files.First(file => file.EndsWith($"/{finding.Device}.json", StringComparison.Ordinal)), $"$.{model.DevicePath}", 0, 0,
            $"device {other} is called {NameOf(model, config)} too", "Give each device of a site an id of its own");
        return finding with { Result = new ConfigurationResult<T>(null, [error]) { Files = finding.Result.Files } };
    }

    private static string NameOf(ConfigurationModel model, object config) => $"{ConfigurationShape.ValueAt(config, model.SitePath)}/{ConfigurationShape.ValueAt(config, model.DevicePath)}";
}
