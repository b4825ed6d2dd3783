using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Hosting;

namespace EdgePose.Cli.Config;

/// <summary><c>edgepose config show</c>: what is in force.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var device = ConfigTool.Device();
        var revision = new Option<bool>("--revision") { Description = "Print the revision alone: the hash that a device's retained status carries as configurationHash." };
        var command = new Command("show", "Print the configuration that is in force, with every default, as JSON. It holds no secret: passwords stand in files, and what an address carries of one is hidden.")
        {
            config, device, revision,
        };
        command.SetAction(parsed => ConfigTool.Run(() =>
        {
            var loaded = ConfigTool.Load(parsed.GetRequiredValue(config).ToString(), ConfigTool.OptionsFor(parsed.GetValue(device)));
            Console.WriteLine(parsed.GetValue(revision) ? ConfigurationHash.Of(loaded) : EffectiveConfiguration.ToText(loaded));
            return ExitCodes.Ok;
        }));
        return command;
    }
}
