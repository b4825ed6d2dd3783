using System.CommandLine;
using EdgePose.Cli.Bench;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;
using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Cli;

/// <summary><c>edgepose bench</c>: how long each step of the pipeline takes on this machine, and how many frames a second come out.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var source = new Option<string?>("--source") { Description = "A video file, a folder of pictures or a camera; without it the bundled clip. A file plays over and over, as fast as the network allows.", HelpName = "CLIP" };
        var network = CommonOptions.Network();
        var (width, height) = (CommonOptions.Width(), CommonOptions.Height());
        var provider = new Option<ExecutionProvider[]>("--provider") { Description = "What runs the network, in the order of trying: TensorRt, Cuda, Cpu.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. new ExecutionOptions().Providers] };
        var threads = new Option<int>("--threads") { Description = "Threads of the CPU provider; 0 takes one for each core." };
        var cameras = new Option<int>("--cameras") { Description = "How many cameras play the source at once, each with a decoder process of its own.", DefaultValueFactory = _ => 1 }.Within(1, 256);
        var batch = new Option<int>("--batch") { Description = "The most frames in one run of the network.", DefaultValueFactory = _ => 1 }.Within(1, 64);
        var seconds = new Option<int>("--seconds") { Description = "How long to measure, after two seconds of warming up.", DefaultValueFactory = _ => 20 }.Within(1, 86_400);
        var json = new Option<string?>("--json") { Description = "Write the figures, and what they were measured on, as JSON; '-' prints it in place of the table.", HelpName = "OUT.json" };
        var regions = CommonOptions.Regions();
        var command = new Command(
            "bench",
            """
            Measure the daemon's own pipeline on this machine, step by step: frames come from a real decoder process, messages go to a real broker on the loopback interface.

              decode    processor time of the decoder child for one frame, over all of its threads; it runs beside the other steps
              prepare   letterbox and normalisation of one batch
              infer     the network's run over one batch
              group     heatmaps and PAFs of one frame to poses
              track     poses of one frame to tracks
              publish   writing the messages of one frame, and handing them to the publisher
              send      the publisher's own thread: envelope, and the broker's socket

            All but decode are wall-clock times. Figures of a busy machine are figures of a busy machine.

              edgepose bench --cameras 4 --batch 4 --seconds 60 --json bench.json
            """)
        {
            source, network, width, height, provider, threads, cameras, batch, seconds, json, regions,
        };
        command.SetAction((parsed, stop) => CommandRunner.RunAsync(
            () => BenchRun.RunAsync(
                new BenchOptions(
                    parsed.GetValue(source), parsed.GetRequiredValue(network).FullName, new NetworkShape(parsed.GetValue(height), parsed.GetValue(width), parsed.GetValue(batch)),
                    new ExecutionOptions { Providers = [.. parsed.GetRequiredValue(provider)], Threads = parsed.GetValue(threads) },
                    parsed.GetValue(cameras), parsed.GetValue(seconds), parsed.GetValue(json), new RegionOptions { Enabled = parsed.GetValue(regions) }),
                stop),
            ExitCodes.NoInput));
        return command;
    }
}
