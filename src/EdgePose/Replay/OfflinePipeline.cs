using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Regions;
using EdgePose.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Cli.Replay;

/// <summary>The daemon's own pipeline without the daemon: sources, network, and observers of the caller's, until every source has ended or one has failed. Nothing is tried again.</summary>
internal sealed class OfflinePipeline : IDisposable
{
    private readonly FrameSignal signal = new();
    private readonly CameraFeed[] feeds;
    private readonly CameraSupervisor[] supervisors;
    private readonly Pipeline pipeline;
    private CameraStatus? failed;

    /// <summary>Puts the parts together; <see cref="RunAsync"/> starts them.</summary>
    /// <param name="cameras">The sources; one that runs as fast as possible loses no frame.</param>
    /// <param name="network">Opened and warm.</param>
    /// <param name="maxFramePx">Frames are scaled down to at most this size while they are decoded.</param>
    /// <param name="maxDelay">How long a batch waits for company.</param>
    /// <param name="observers">Get each frame's result; a fault of one ends the run.</param>
    /// <param name="meter">Takes each step's time.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <param name="regions">Where the network looks, if it was opened for views; null for the defaults.</param>
    public OfflinePipeline(
        IReadOnlyList<CameraConfig> cameras, PoseNetwork network, (int Width, int Height) maxFramePx, TimeSpan maxDelay, IReadOnlyList<IFrameObserver> observers, PipelineMeter meter, TimeProvider? clock = null, RegionOptions? regions = null)
    {
        var time = clock ?? TimeProvider.System;
        var pool = new FramePool(4 * cameras.Count);
        feeds =
        [
            .. cameras.Select(camera => new CameraFeed(camera, new LatestFrame(signal, camera.Pace == SourcePace.AsFastAsPossible, time), time)),
        ];
        supervisors = [.. feeds.Select(feed => new CameraSupervisor(feed, null, maxFramePx.Width, maxFramePx.Height, pool, DecoderCommand.OfThisProgram(), time, NullLogger.Instance))];
        pipeline = new Pipeline(
            new Batcher(feeds, maxDelay, signal, time), network, new DecoderOptions(), _ => new Tracker(network.Manifest.Skeleton, new TrackerOptions()), new FrameObservers(observers, time, logger: null), meter, time, regions);
    }

    /// <summary>Runs until every source has ended, one has failed, or <paramref name="stop"/> is set; leaves no child behind.</summary>
    /// <returns>How the source that failed stood then; null when none did.</returns>
    public async Task<CameraStatus?> RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        foreach (var (supervisor, feed) in supervisors.Zip(feeds))
        {
            supervisor.Noted += note => Console.Error.WriteLine($"{feed.Config.Address}: {note}");
            supervisor.Changed += status =>
            {
                if (status.State is CameraState.Offline or CameraState.Unauthorized && Interlocked.CompareExchange(ref failed, status, null) is null)
                {
                    ending.Cancel();
                }

                signal.Set();
            };
        }

        var reading = supervisors.Select(supervisor => supervisor.RunAsync(ending.Token)).ToArray();
        try
        {
            await Task.Factory.StartNew(() => pipeline.Run(ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading).ConfigureAwait(false);
        }

        return failed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pipeline.Dispose();
        foreach (var feed in feeds)
        {
            feed.Mailbox.Dispose();
        }

        signal.Dispose();
    }
}
