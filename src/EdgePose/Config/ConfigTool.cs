using System.CommandLine;
using EdgePose.Cli.Terminal;
using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;

namespace EdgePose.Cli.Config;

/// <summary>Shared parts of the <c>edgepose config</c> commands.</summary>
internal static class ConfigTool
{
    public static Option<string?> Device() => new("--device", "-d")
    {
        Description = "The device of a fleet's folder whose configuration is meant; without it, the one that this machine is. The files that another device names are not looked for.",
    };

    /// <summary>The options of the daemon of <paramref name="device"/>; null for this machine.</summary>
    public static LoadOptions OptionsFor(string? device) => device is null ? LoadOptions.OfThisMachine() : LoadOptions.Of(device);

    /// <summary>The configuration, or its errors as a fault of exit code 78.</summary>
    /// <exception cref="CommandFault">There are errors.</exception>
    public static EdgePoseConfig Load(string path, LoadOptions options)
    {
        var (config, errors) = EdgePoseConfiguration.Model.Load(path, options);
        return config ?? throw Refused(errors);
    }

    /// <summary>Every error in a line.</summary>
    public static CommandFault Refused(IEnumerable<ConfigurationError> errors) => new(ExitCodes.Config, string.Join(Environment.NewLine, errors));

    /// <summary>Runs a command's work; a fault becomes its lines on standard error and its exit code.</summary>
    public static int Run(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (CommandFault fault)
        {
            Console.Error.WriteLine(fault.Message);
            return fault.ExitCode;
        }
    }
}
