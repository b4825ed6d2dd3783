using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cli.Config;

/// <summary><c>edgepose config explain PATH</c>: which layer said what.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "The key, for example cameras.door.maxFps; or a section, for its keys that a layer sets." };
        var config = CommonOptions.Config();
        var device = ConfigTool.Device();
        var command = new Command("explain", "Tell which layer said what of a key, the lowest first. The last one wins, and is marked.") { path, config, device };
        command.SetAction(parsed => ConfigTool.Run(() =>
        {
            var file = parsed.GetRequiredValue(config).ToString();
            var (found, errors) = ConfigurationExplanation.Of(EdgePoseConfiguration.Model, file, ConfigTool.OptionsFor(parsed.GetValue(device)), parsed.GetRequiredValue(path));
            if (errors.Count > 0)
            {
                throw ConfigTool.Refused(errors);
            }

            if (found.Count == 0)
            {
                Console.WriteLine($"No layer says anything of {parsed.GetValue(path)}: every key has its built-in default.");
            }

            foreach (var one in found)
            {
                Tell(one);
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    private static void Tell(ConfigurationExplanation one)
    {
        Console.WriteLine(one.Path);
        var width = Math.Min(40, one.Statements.Max(statement => statement.Value.Length));
        for (var i = 0; i < one.Statements.Count; i++)
        {
            var (where, value) = one.Statements[i];
            Console.WriteLine($"  {(i == one.Statements.Count - 1 ? '*' : ' ')} {value.PadRight(width)}  {where}");
        }
    }
}
