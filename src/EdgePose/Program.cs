using System.CommandLine;
using EdgePose.Cli;
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
    WatchCommand.Create(),
    DoctorCommand.Create(),
    ModelCommand.Create(),
};

return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
