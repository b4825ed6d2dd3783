using System.CommandLine;
using EdgePose.Cli.Config;

namespace EdgePose.Cli;

/// <summary><c>edgepose config ...</c>: everything that is done to a configuration before a daemon runs it. One file a command, in <c>Config/</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check a configuration, see what is in force and why, compare, and migrate.")
    {
        CheckCommand.Create(),
        ShowCommand.Create(),
        ExplainCommand.Create(),
        DiffCommand.Create(),
        SchemaCommand.Create(),
        MigrateCommand.Create(),
    };
}
