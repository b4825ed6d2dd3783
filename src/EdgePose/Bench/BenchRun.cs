using EdgePose.Cameras.Sources;
using EdgePose.Cli.Demo;
using EdgePose.Cli.Replay;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;

namespace EdgePose.Cli.Bench;

/// <summary>One measurement, from the options to the report.</summary>
internal static class BenchRun
{
    /// <summary>Left out: the just-in-time compiler is at work, and the decoders start.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstFrameLimit = TimeSpan.FromSeconds(30);

    /// <summary>Measures, and prints.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandFault">The source or the output is at fault.</exception>
    /// <exception cref="NetworkException">The network is.</exception>
    public static async Task<int> RunAsync(BenchOptions options, CancellationToken stop)
    {
        var source = options.Source ?? DemoMaterial.Clip;
        var isLive = CameraSource.Of(source).IsLive;
        if (!isLive)
        {
            Clip.Open(source); // says at once when there is none
        }

        using var output = options.Json is null or "-" ? null : new StagedFile(options.Json);
        var manifest = NetworkManifest.Load(options.Manifest);
        using var network = PoseNetwork.Open(manifest, options.Shape.RoundedUpFor(manifest), options.Execution, progress: new Progress<string>(Console.Error.WriteLine), views: options.Regions.Enabled ? NetworkPlan.ViewShape(options.Regions, manifest) : null);
        network.Warm();
        await using var publishing = await LoopbackPublishing.StartAsync(network).ConfigureAwait(false);
        var meter = new PipelineMeter(TimeProvider.System);
        var cameras = Enumerable.Range(0, options.Cameras).Select(number => new CameraConfig
        {
            Id = $"bench-{number}", Address = source, Loop = true, Pace = isLive ? SourcePace.RealTime : SourcePace.AsFastAsPossible,
        }).ToArray();
        using var pipeline = new OfflinePipeline(
            cameras, network, options.Regions.Enabled ? (options.Regions.MaxFrameWidthPx, options.Regions.MaxFrameLinesPx) : (network.Shape.InputWidthPx, network.Shape.InputHeightPx), TimeSpan.FromMilliseconds(new BatchingConfig().MaxDelayMs), [publishing.Observer], meter, regions: options.Regions);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = pipeline.RunAsync(ending.Token);
        var window = await MeasureAsync(meter, publishing, options.Seconds, running, ending.Token).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        if (await running.ConfigureAwait(false) is { } failed)
        {
            throw new CommandFault(ExitCodes.NoInput, $"{source}: {failed.Message}");
        }

        if (window is null)
        {
            throw new CommandFault(ExitCodes.Failure, stop.IsCancellationRequested ? "stopped before there was anything to report." : $"{source}: no frame came within {FirstFrameLimit.TotalSeconds:0} s.");
        }

        Write(new BenchReport(options, Path.GetFileName(source.TrimEnd('/')), isLive, network, window), output);
        return ExitCodes.Ok;
    }

    private static async Task<BenchWindow?> MeasureAsync(PipelineMeter meter, LoopbackPublishing publishing, int seconds, Task running, CancellationToken stop)
    {
        try
        {
            using var progress = ProgressBar.OnStandardError("measuring", "s", seconds);
            var limit = TimeProvider.System.GetTimestamp();
            while (meter.Frames == 0)
            {
                await Task.Delay(50, stop).ConfigureAwait(false);
                if (running.IsCompleted || TimeProvider.System.GetElapsedTime(limit) > FirstFrameLimit)
                {
                    return null;
                }
            }

            await Task.Delay(WarmUp, stop).ConfigureAwait(false);
            var start = BenchWindow.Begin(meter, publishing);
            for (var second = 1; second <= seconds && !running.IsCompleted; second++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), stop).ConfigureAwait(false);
                progress.Report(second, $"{meter.Frames} frames");
            }

            return start.End(meter, publishing);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static void Write(BenchReport report, StagedFile? output)
    {
        if (output is not null)
        {
            File.WriteAllText(output.Partial, report.ToJson());
            output.Complete();
        }

        Console.Out.Write(report.Options.Json == "-" ? report.ToJson() : report.ToTable());
    }
}
