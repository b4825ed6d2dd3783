using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cli.Config;

/// <summary><c>edgepose config check</c>: every error at once.</summary>
internal static class CheckCommand
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var device = ConfigTool.Device();
        var all = new Option<bool>("--all") { Description = "Check every device of a fleet's folder. Each error is reported once." };
        var json = new Option<bool>("--json") { Description = "Print the errors as JSON: a list of { file, line, column, path, reason, remedy, devices }." };
        var command = new Command(
            "check",
            """
            Check a configuration as the daemon does at its start, without running it. With --device or --all, files that only the device has are not checked. Every error is reported at once: file:line:column, path, reason and remedy.

            Exit codes: 0 all is well; 78 something is wrong.
            """) { config, device, all, json };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(all) && parsed.GetValue(device) is not null)
            {
                parsed.AddError("--all and --device: name one of them.");
            }
        });
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(config).ToString();
            var (findings, well) = parsed.GetValue(all) ? CheckFleet(path) : CheckOne(path, parsed.GetValue(device));
            return parsed.GetValue(json) ? TellAsJson(findings) : Tell(findings, well);
        });
        return command;
    }

    private static (IReadOnlyList<FleetFinding<EdgePoseConfig>>, string) CheckOne(string path, string? device)
    {
        var result = EdgePoseConfiguration.Model.Load(path, ConfigTool.OptionsFor(device) with { IsToRun = true });
        if (device is null && result.Config is { } own && PlanCheck.FaultsOf(own) is { Count: > 0 } faults)
        {
            result = new ConfigurationResult<EdgePoseConfig>(null, [.. faults.Select(fault => new ConfigurationError(path, "$.network", 0, 0, fault.TrimEnd('.'), "Correct it; on another machine than the device's, --device NAME leaves its files out"))]);
        }

        var well = result.Config is { } config
            ? string.Create(CultureInfo.InvariantCulture, $"{path}: all is well: device {config.Device.Site}/{config.Device.Id}, {config.Cameras.Length} cameras, revision {ConfigurationHash.Of(config)[..12]}{NotLookedFor(device is not null)}")
            : "";
        return ([new FleetFinding<EdgePoseConfig>(device ?? "", result)], well);
    }

    private static (IReadOnlyList<FleetFinding<EdgePoseConfig>>, string) CheckFleet(string path)
    {
        if (!Fleet.IsFleet(path))
        {
            var error = new ConfigurationError(path, "$", 0, 0, "this is no fleet's folder: it has no folder devices", "Name one, or leave --all out");
            return ([new FleetFinding<EdgePoseConfig>("", new ConfigurationResult<EdgePoseConfig>(null, [error]))], "");
        }

        var findings = Fleet.Check(EdgePoseConfiguration.Model, path);
        return (findings, $"{path}: all is well with {findings.Count} devices{NotLookedFor(true)}");
    }

    private static string NotLookedFor(bool elsewhere) => elsewhere ? "; the files and credentials that a device names were not looked for" : "";

    private static int Tell(IReadOnlyList<FleetFinding<EdgePoseConfig>> findings, string well)
    {
        var errors = Fleet.ErrorsOf(findings);
        foreach (var (error, devices) in errors)
        {
            Console.Error.WriteLine(findings.Count == 1 ? error.ToString() : $"{error} [{Named(devices, findings.Count)}]");
        }

        if (errors.Count == 0)
        {
            Console.WriteLine(well);
        }
        else if (findings.Count > 1)
        {
            Console.Error.WriteLine($"{errors.Count} errors; {findings.Count(finding => finding.Result.Config is null)} of {findings.Count} devices would be refused");
        }

        return errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Config;
    }

    private static string Named(IReadOnlyList<string> devices, int of) =>
        devices.Count == of ? "every device" : devices.Count <= 3 ? string.Join(", ", devices) : $"{string.Join(", ", devices.Take(3))} and {devices.Count - 3} more";

    private static int TellAsJson(IReadOnlyList<FleetFinding<EdgePoseConfig>> findings)
    {
        var errors = Fleet.ErrorsOf(findings).Select(pair => new { pair.Error.File, pair.Error.Line, pair.Error.Column, pair.Error.Path, pair.Error.Reason, pair.Error.Remedy, Devices = pair.Devices.Where(device => device.Length > 0) }).ToList();
        Console.WriteLine(JsonSerializer.Serialize(errors, Layout));
        return errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Config;
    }
}
