using System.CommandLine;
using System.CommandLine.Invocation;
using EdgePose.Cli;
using EdgePose.Cli.Terminal;
using EdgePose.Cameras.Decoder;

NativeAllocator.LimitArenas();

// The daemon starts this program again for each camera: that child decodes, and knows nothing of the commands below.
if (args is ["decode"])
{
    return DecoderProgram.Run();
}

var root = new RootCommand(
    """
    EdgePose: cameras in, multi-person pose events out over MQTT. Frames never leave the device.

      first look        edgepose demo --seconds 60
      your recording    edgepose replay clip.mp4 --draw drawn.mp4
      your cameras      edgepose doctor --config edgepose.json, then edgepose run --config edgepose.json

    'edgepose COMMAND --help' tells more. Exit codes are those of sysexits.h: 64 the command line, 65 and 66 an input, 69 something that is needed is not there, 73 an output, 78 the
    configuration.
    """)
{
    RunCommand.Create(),
    DemoCommand.Create(),
    ReplayCommand.Create(),
    ScenesCommand.Create(),
    BenchCommand.Create(),
    WatchCommand.Create(),
    DoctorCommand.Create(),
    ConfigCommand.Create(),
    ReloadCommand.Create(),
    ModelCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    return CommandLineText.Refuse(parsed, Console.Error);
}

CommandLineText.ShortenChildren(parsed.CommandResult.Command);
using var signals = new StopSignals();
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, signals.Token);
