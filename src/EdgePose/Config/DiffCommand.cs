using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Inspection;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cli.Config;

/// <summary><c>edgepose config diff A B</c>: two devices, or two revisions.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var from = new Argument<string>("A") { Description = "A file, a fleet's folder, or a device of the folder that --config names." };
        var to = new Argument<string>("B") { Description = "The other one." };
        var config = CommonOptions.Config();
        var device = ConfigTool.Device();
        var command = new Command(
            "diff",
            """
            Tell what differs: between two devices of a folder (their names), or between two revisions (two files or two folders; without --device every device of both folders).
            Defaults are filled in first, so a value that is merely written out is no difference.

            Exit codes: 0 nothing differs; 1 something does; 78 a configuration is at fault.
            """) { from, to, config, device };
        command.SetAction(parsed => ConfigTool.Run(() =>
        {
            var (a, b) = (parsed.GetRequiredValue(from), parsed.GetRequiredValue(to));
            var differ = (Path.Exists(a), Path.Exists(b)) switch
            {
                (true, true) when parsed.GetValue(device) is null && Directory.Exists(a) && Directory.Exists(b) => DiffFleets(a, b),
                (true, true) => Tell(Load(a, parsed.GetValue(device)), Load(b, parsed.GetValue(device)), indent: ""),
                (false, false) => Tell(Load(parsed.GetRequiredValue(config).ToString(), a), Load(parsed.GetRequiredValue(config).ToString(), b), indent: ""),
                var (first, _) => throw new CommandFault(ExitCodes.NoInput, $"there is no file or folder {(first ? b : a)}; name two files, two folders, or two devices of the folder of --config."),
            };
            return differ ? ExitCodes.Failure : ExitCodes.Ok;
        }));
        return command;
    }

    private static EdgePoseConfig Load(string path, string? device) =>
        ConfigTool.Load(path, device is null ? LoadOptions.OfThisMachine() with { LookForFiles = false } : LoadOptions.Of(device));

    private static bool DiffFleets(string from, string to)
    {
        var (old, now) = (Fleet.Devices(EdgePoseConfiguration.Model, from), Fleet.Devices(EdgePoseConfiguration.Model, to));
        var differ = false;
        foreach (var device in old.Union(now).Order(StringComparer.Ordinal))
        {
            if (!old.Contains(device) || !now.Contains(device))
            {
                Console.WriteLine($"{(old.Contains(device) ? '-' : '+')} device {device}");
                differ = true;
                continue;
            }

            differ |= Tell(Load(from, device), Load(to, device), indent: "  ", title: $"  device {device}");
        }

        return differ;
    }

    private static bool Tell(EdgePoseConfig from, EdgePoseConfig to, string indent, string? title = null)
    {
        var lines = ConfigurationDifference.Between(from, to);
        if (lines.Count > 0 && title is not null)
        {
            Console.WriteLine(title);
        }

        foreach (var line in lines)
        {
            Console.WriteLine(indent + line);
        }

        return lines.Count > 0;
    }
}
