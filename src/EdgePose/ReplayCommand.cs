using System.CommandLine;
using EdgePose.Cli.Replay;
using EdgePose.Daemon;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Frames;
using EdgePose.Daemon.Publishing;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using EdgePose.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Cli;

/// <summary><c>edgepose replay FILE</c>: a clip through the whole pipeline, every frame, the same result each time.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A video file or a folder of pictures." };
        var network = CommonOptions.Network();
        var events = new Option<FileInfo?>("--events") { Description = "Write the events here, one JSON object a line; '-' or nothing prints them." };
        var draw = new Option<DirectoryInfo?>("--draw") { Description = "Draw the skeletons, and write one JPEG a frame into this folder." };
        var width = new Option<int>("--width") { Description = "Width of the network's input in pixels, a multiple of 8.", DefaultValueFactory = _ => 456 };
        var height = new Option<int>("--height") { Description = "Height of the network's input in pixels, a multiple of 8.", DefaultValueFactory = _ => 256 };
        var command = new Command("replay", "Run a clip through the whole pipeline: every frame, deterministic.") { file, network, events, draw, width, height };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(network).FullName, parsed.GetValue(events), parsed.GetValue(draw),
            new NetworkShape(parsed.GetValue(height), parsed.GetValue(width), 1), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, string manifest, FileInfo? events, DirectoryInfo? draw, NetworkShape shape, CancellationToken stop)
    {
        try
        {
            using var network = PoseNetwork.Open(NetworkManifest.Load(manifest), shape, new ExecutionOptions());
            network.Warm();
            return await RunAsync(file, network, events, draw, stop).ConfigureAwait(false);
        }
        catch (NetworkException exception)
        {
            foreach (var fault in exception.Faults)
            {
                await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
            }

            return ExitCodes.NoInput;
        }
    }

    private static async Task<int> RunAsync(string file, PoseNetwork network, FileInfo? events, DirectoryInfo? draw, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var signal = new FrameSignal();
        using var mailbox = new LatestFrame(signal, lossless: true, TimeProvider.System);
        var camera = new CameraConfig { Id = "replay", Address = file, Pace = SourcePace.AsFastAsPossible };
        var feed = new CameraFeed(camera, mailbox, new Tracker(network.Manifest.Skeleton, new TrackerOptions()), TimeProvider.System);
        // The network's own size would do for the poses; drawings want the clip's.
        var (maxWidth, maxHeight) = draw is null ? (network.Shape.InputWidthPx, network.Shape.InputHeightPx) : (4096, 4096);
        var supervisor = new CameraSupervisor(feed, null, maxWidth, maxHeight, new FramePool(4), DecoderCommand.OfThisProgram(), TimeProvider.System, NullLogger.Instance);
        supervisor.Changed += status =>
        {
            if (status.State is CameraState.Offline or CameraState.Unauthorized)
            {
                ending.Cancel(); // a replay does not try again
            }

            signal.Set();
        };

        await using var output = events is null or { Name: "-" } ? Console.Out : new StreamWriter(events.FullName);
        var meter = new PipelineMeter(TimeProvider.System);
        using var sink = new ReplaySink(output, draw, new OutputSkeleton(network.Manifest.Skeleton, network.Manifest.Skeleton), meter);
        using var pipeline = new Pipeline(new Batcher([feed], TimeSpan.Zero, signal, TimeProvider.System), network, new Decoding.DecoderOptions(), sink, meter);
        var running = supervisor.RunAsync(ending.Token);
        var start = TimeProvider.System.GetTimestamp();
        await Task.Factory.StartNew(() => pipeline.Run(ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var status = supervisor.Status;
        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        if (status.Fault != CameraFault.None)
        {
            await Console.Error.WriteLineAsync($"{file}: {status.Message}").ConfigureAwait(false);
            return ExitCodes.NoInput;
        }

        await Console.Error.WriteLineAsync($"{meter.Frames} frames in {seconds:0.0} s, {meter.Frames / seconds:0.0} frames/s; infer {meter[PipelineStep.Infer].Percentile(.5).TotalMilliseconds:0.0} ms, group {meter[PipelineStep.Group].Percentile(.5).TotalMilliseconds:0.00} ms (medians)").ConfigureAwait(false);
        return stop.IsCancellationRequested ? ExitCodes.Failure : ExitCodes.Ok;
    }
}
