using System.Reflection;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Frames;
using EdgePose.Daemon.Publishing;
using EdgePose.Daemon.Spool;
using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using EdgePose.Tracking;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon;

/// <summary>The daemon: puts the rooms together as the configuration asks, starts them, and takes them down in the order of the data.</summary>
public sealed partial class EdgePoseService(
    EdgePoseConfig config, DecoderCommand decoder, ServiceManager manager, TimeProvider time, ILogger<EdgePoseService> logger, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    /// <summary>How long each step takes; for tests and benchmarks.</summary>
    public PipelineMeter Meter { get; } = new(time);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await using var stopping = stoppingToken.Register(manager.Stopping).ConfigureAwait(false);
        try
        {
            using var network = NetworkOpener.Open(config, new Progress<string>(LogProgress));
            LogNetwork(network.Manifest.Id, network.Manifest.Sha256[..12], network.Providers.ToString());
            await RunAsync(network, stoppingToken).ConfigureAwait(false);
        }
        catch (NetworkException exception)
        {
            foreach (var fault in exception.Faults)
            {
                LogFault(fault);
            }

            Environment.ExitCode = ExitCodes.Config;
        }
        catch (SpoolInUseException exception)
        {
            LogFault(exception.Message);
            Environment.ExitCode = ExitCodes.Unavailable; // not the configuration's: once the other daemon is gone, the service manager's next try succeeds
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogPipelineFailed(exception);
            Environment.ExitCode = ExitCodes.Software;
        }

        lifetime.StopApplication();
    }

    private async Task RunAsync(PoseNetwork network, CancellationToken stop)
    {
        using var camerasEnd = new CancellationTokenSource();
        using var publishingEnd = new CancellationTokenSource();
        using var signal = new FrameSignal();
        var pool = new FramePool(Math.Max(8, 3 * config.Cameras.Length));
        var feeds = config.Cameras.Select(camera => Feed(camera, signal, network.Manifest.Skeleton)).ToArray();
        var supervisors = feeds.Select(feed => Supervisor(feed, network.Shape, pool)).ToArray();

        var ids = new EventIds(config.Device.Id, EventIds.NewBoot(time));
        var topics = new Topics(config.Device.Site, config.Device.Id);
        var status = new DeviceStatus(config.Device.Id, Version, ConfigurationHash.Of(config), network, time);
        using var store = EventStores.Open(config, time, logger);
        await using var publisher = new MqttPublisher(
            Resolved(config.Mqtt), $"edgepose-{config.Device.Site}-{config.Device.Id}", topics.Status, status.Write,
            store, ids, $"edgepose/{config.Device.Site}/{config.Device.Id}", logger);
        foreach (var supervisor in supervisors)
        {
            supervisor.Changed += state => publisher.PostRetained(topics.State(state.Id), Payloads.StateOf(state));
        }

        var output = new OutputSkeleton(network.Manifest.Skeleton, config.Output.Skeleton == SkeletonChoice.Coco17 ? Skeletons.Coco17 : Skeletons.Coco18);
        var sink = new MqttSink(publisher, topics, ids, output, config.Mqtt, time);
        using var pipeline = new Pipeline(new Batcher(feeds, TimeSpan.FromMilliseconds(config.Batching.MaxDelayMs), signal, time), network, config.Decoding, sink, Meter);

        var reporter = new DeviceReporter(supervisors, status, payload => publisher.PostRetained(topics.Status, payload), () => publisher.Status, manager, time, logger);
        var publishing = publisher.RunAsync(publishingEnd.Token);
        Task[] others =
        [
            .. supervisors.Select(supervisor => supervisor.RunAsync(camerasEnd.Token)),
            reporter.RunAsync(camerasEnd.Token),
            new Watchdog(manager, Meter, time, logger).RunAsync(camerasEnd.Token),
        ];
        manager.Ready(); // the network is loaded, proved and warm; a camera or a broker that is away is no reason not to be up
        try
        {
            await Task.Factory.StartNew(() => pipeline.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            // In the order of the data: the pipeline has ended every track, then the cameras go, and the publisher last, after what it was given.
            await camerasEnd.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(others).ConfigureAwait(false);
            await publishingEnd.CancelAsync().ConfigureAwait(false);
            await publishing.ConfigureAwait(false);
            foreach (var feed in feeds)
            {
                feed.Mailbox.Dispose();
            }
        }
    }

    private CameraFeed Feed(CameraConfig camera, FrameSignal signal, Skeleton skeleton) =>
        new(camera, new LatestFrame(signal, camera.Pace == SourcePace.AsFastAsPossible, time), new Tracker(skeleton, config.Tracking), time);

    private CameraSupervisor Supervisor(CameraFeed feed, NetworkShape shape, FramePool pool)
    {
        var password = feed.Config.PasswordFile is { } file ? File.ReadAllText(config.Resolve(file)).TrimEnd('\r', '\n') : null;
        return new CameraSupervisor(feed, password, shape.InputWidthPx, shape.InputHeightPx, pool, decoder, time, logger);
    }

    private MqttConfig Resolved(MqttConfig mqtt)
    {
        string? Full(string? path) => path is null ? null : config.Resolve(path);
        return mqtt with { PasswordFile = Full(mqtt.PasswordFile), CaFile = Full(mqtt.CaFile), CertificateFile = Full(mqtt.CertificateFile), KeyFile = Full(mqtt.KeyFile) };
    }

    private static string Version =>
        typeof(EdgePoseService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
