using System.CommandLine;
using System.CommandLine.Invocation;
using EdgePose.Cli;
using EdgePose.Daemon;
using EdgePose.Daemon.Cameras.Decoder;

// The daemon starts this program again for each camera: that child decodes, and knows nothing of the commands below.
if (args is ["decode"])
{
    return DecoderProgram.Run();
}

var root = new RootCommand("EdgePose: cameras in, multi-person pose events out over MQTT.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    ReplayCommand.Create(),
    BenchCommand.Create(),
    WatchCommand.Create(),
    DoctorCommand.Create(),
    ModelCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    Console.Error.WriteLine($"See 'edgepose {string.Join(' ', args.TakeWhile(argument => !argument.StartsWith('-')).Take(2))}' with --help.");
    return ExitCodes.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
