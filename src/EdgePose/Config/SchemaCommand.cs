using System.CommandLine;
using EdgePose.Configuration.Schema;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cli.Config;

/// <summary><c>edgepose config schema</c>: the JSON Schema of this very program.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var layer = new Option<bool>("--layer") { Description = "The schema of one layer of a fleet's folder, where every key may be left out and null takes away." };
        var command = new Command("schema", "Print the JSON Schema of the configuration: what an editor completes and checks when \"$schema\" names it.") { layer };
        command.SetAction(parsed =>
        {
            Console.Write(ConfigurationSchema.Generate(EdgePoseConfiguration.Model, parsed.GetValue(layer)));
            return ExitCodes.Ok;
        });
        return command;
    }
}
