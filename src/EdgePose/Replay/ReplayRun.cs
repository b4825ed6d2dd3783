using System.Globalization;
using EdgePose.Cameras.Sources;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;

namespace EdgePose.Cli.Replay;

/// <summary>One replay, from the clip to what is written.</summary>
internal static class ReplayRun
{
    // The network's own size would do for the poses; drawings want the clip's.
    private const int LargestDrawnPx = 4096;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandFault">The clip or an output is at fault.</exception>
    /// <exception cref="NetworkException">The network is.</exception>
    public static async Task<int> RunAsync(ReplayOptions options, CancellationToken stop)
    {
        var clip = Clip.Open(options.File, options.CocoImages);
        var manifest = NetworkManifest.Load(options.Manifest);
        using var network = PoseNetwork.Open(manifest, options.Shape.RoundedUpFor(manifest), new ExecutionOptions(), views: options.Regions.Enabled ? NetworkPlan.ViewShape(options.Regions, manifest) : null);
        network.Warm();
        var outputs = new List<IReplayOutput>();
        try
        {
            AddOutputs(outputs, options, clip, network.Manifest.Skeleton);
            return await PlayAsync(clip, network, options, outputs, stop).ConfigureAwait(false);
        }
        finally
        {
            outputs.ForEach(output => output.Dispose());
        }
    }

    private static void AddOutputs(List<IReplayOutput> outputs, ReplayOptions options, Clip clip, Skeleton skeleton)
    {
        var lines = EventLines.To(options.Events, new OutputSkeleton(skeleton, skeleton));
        outputs.Add(lines);
        lines.Scene = new SceneObserver(skeleton, lines);
        lines.Scene.Configure([options.Camera]);
        if (options.Coco is { } coco)
        {
            outputs.Add(new CocoResults(coco, clip, skeleton));
        }

        if (options.Draw is { } draw)
        {
            outputs.Add(DrawnVideo.IsVideo(draw) ? new DrawnVideo(draw, clip, new FramePainter(skeleton)) : new DrawnPictures(draw, new FramePainter(skeleton)));
        }
    }

    private static async Task<int> PlayAsync(Clip clip, PoseNetwork network, ReplayOptions options, List<IReplayOutput> outputs, CancellationToken stop)
    {
        // On a terminal the events themselves show how far it is, and a bar would tear them.
        var isQuiet = options.EventsToStandardOutput && !Console.IsOutputRedirected;
        using var progress = isQuiet ? null : ProgressBar.OnStandardError($"replaying {Path.GetFileName(clip.Path.TrimEnd('/'))}", "frames");
        var played = new ReplayProgress(clip, progress);
        var meter = new PipelineMeter(TimeProvider.System);
        var camera = options.Camera with { Address = clip.Path, Pace = SourcePace.AsFastAsPossible };
        var size = options.Regions.Enabled ? (options.Regions.MaxFrameWidthPx, options.Regions.MaxFrameLinesPx)
            : options.Draw is null ? (network.Shape.InputWidthPx, network.Shape.InputHeightPx) : (LargestDrawnPx, LargestDrawnPx);
        using var pipeline = new OfflinePipeline([camera], network, size, TimeSpan.Zero, [.. outputs, played], meter, regions: options.Regions);
        var start = TimeProvider.System.GetTimestamp();
        var failed = await pipeline.RunAsync(stop).ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        progress?.Dispose();
        if (failed is not null)
        {
            throw new CommandFault(failed.Fault == CameraFault.Undecodable ? ExitCodes.BadInput : ExitCodes.NoInput, $"{clip.Path}: {failed.Message}");
        }

        if (stop.IsCancellationRequested)
        {
            throw new CommandFault(ExitCodes.Failure, string.Create(CultureInfo.InvariantCulture, $"{clip.Path}: stopped after {played.Frames} frames; nothing that must be whole was written."));
        }

        outputs.ForEach(output => output.Complete());
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{played.Frames} frames in {seconds:0.0} s, {played.Frames / seconds:0.0} frames/s; infer {meter[PipelineStep.Infer].Percentile(.5).TotalMilliseconds:0.0} ms, group {meter[PipelineStep.Group].Percentile(.5).TotalMilliseconds:0.00} ms (medians)")).ConfigureAwait(false);
        return ExitCodes.Ok;
    }
}
