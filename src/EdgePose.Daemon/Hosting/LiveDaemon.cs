using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Supervision;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using EdgePose.Tracking;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>
/// The rooms of the daemon, put together as a configuration asks, and changed while frames flow when another one asks otherwise (<see cref="ApplyAsync"/>).
/// </summary>
public sealed partial class LiveDaemon : IAsyncDisposable
{
    private readonly ILogger logger;
    private readonly ServiceManager manager;
    private readonly LiveNetwork network;
    private readonly NetworkRoom networks;
    private readonly CameraSet cameras = new([]);
    private readonly CameraCrew crew;
    private readonly FrameSignal signal = new();
    private readonly Batcher batcher;
    private readonly Pipeline pipeline;
    private readonly Topics topics;
    private readonly DaemonState state;
    private readonly IEventStore store;
    private readonly MqttPublisher publisher;
    private readonly MqttObserver mqtt;
    private readonly SceneRoom scenes;
    private readonly DeviceReporter reporter;
    private readonly Watchdog watchdog;
    private readonly HangGuard hangGuard;
    private readonly OverloadWatch overload;
    private NetworkPlan configured; // frames are scaled for this one, also while overload has another run: it comes back
    private ReferencedFiles files;

    /// <summary>Puts the rooms together; <see cref="RunAsync"/> starts them.</summary>
    /// <param name="rooms">What does not depend on the configuration.</param>
    /// <param name="config">Valid.</param>
    /// <param name="plan">The network's part of it.</param>
    /// <param name="opened">Opened for the plan, and warm; owned from now on.</param>
    public LiveDaemon(DaemonRooms rooms, EdgePoseConfig config, NetworkPlan plan, PoseNetwork opened)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(opened);
        (Running, configured, files, state, manager) = (config, plan, new ReferencedFiles(config), rooms.State, rooms.Manager);
        (logger, network, networks) = (rooms.Loggers.CreateLogger<LiveDaemon>(), rooms.Networks.Own(plan, opened), rooms.Networks);
        var (meter, time) = (rooms.Meter, rooms.Time);
        state.TakeConfiguration(ConfigurationHash.Of(config), []);
        state.TakeNetwork(opened);

        var ids = new EventIds(config.Device.Id, EventIds.NewBoot(time));
        topics = new Topics(config.Device.Site, config.Device.Id);
        var status = new DeviceStatus(config.Device.Id, DaemonState.Version, state);
        store = EventStores.Open(config, time, rooms.Delivery.Logger);
        publisher = rooms.Delivery.NewPublisher(config.ResolvedMqtt(), topics.Status, status.Write, store, ids, topics.Source);

        var skeleton = opened.Manifest.Skeleton;
        mqtt = new MqttObserver(publisher, topics, ids, new OutputSkeleton(skeleton, config.Output.Skeleton), config.Mqtt, time);
        scenes = new SceneRoom(config, skeleton, publisher, topics, ids, time, rooms.Delivery.Logger);
        IFrameObserver[] observers = [mqtt, scenes.Observer, .. rooms.Observers ?? []]; // another observer is one line here

        crew = rooms.Cameras.NewCrew(cameras, signal, camera => configured.FrameSizePx(camera));
        crew.Changed += camera => publisher.PostRetained(topics.State(camera.Id), Payloads.StateOf(camera));
        batcher = new Batcher(cameras, TimeSpan.FromMilliseconds(config.Batching.MaxDelayMs), signal, time);
        pipeline = new Pipeline(batcher, opened, config.Decoding, _ => new Tracker(skeleton, config.Tracking), new FrameObservers(observers, time, logger), meter, time, config.Regions, config.Tracking);

        reporter = new DeviceReporter(() => crew.Supervisors, status, state, payload => publisher.PostRetained(topics.Status, payload), () => publisher.Status, manager.Status, time, logger);
        watchdog = new Watchdog(manager, meter, time, logger);
        hangGuard = new HangGuard(meter, () => TimeSpan.FromSeconds(Running.Network.HangLimitSeconds), ProcessEnd.Now, time, logger);
        overload = new OverloadWatch(new LoadMeter(meter, cameras, () => network.Current.Slots > 1, time), rooms.Thermal, TakeStepsAsync, time, logger);
        overload.Restart(config.Overload);
    }

    /// <summary>Whether the rooms are open, so that a change can be made.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>The configuration that runs.</summary>
    public EdgePoseConfig Running { get; private set; }

    /// <summary>The cameras that run, in the order of the configuration.</summary>
    public IReadOnlyList<CameraSupervisor> Cameras => crew.Supervisors;

    /// <summary>How the broker and the store of events stand.</summary>
    public PublisherStatus Delivery => publisher.Status;

    /// <summary>The configuration that was given last, when it was refused; null when it runs.</summary>
    public ConfigurationRefusal? Refusal => state.Refusal;

    /// <summary>Whether a network is still being opened for which nobody waits any more. After the end the process is then to be ended by <see cref="ProcessEnd"/>: nothing else can end that thread.</summary>
    public bool HasLeftBehind => network.HasLeftBehind;

    /// <summary>Runs until <paramref name="stop"/>, or until every source has ended; takes the rooms down in the order of the data.</summary>
    /// <exception cref="NetworkRunException">The network failed while running, and the policy is to stop or no provider is left.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var camerasEnd = new CancellationTokenSource();
        using var publishingEnd = new CancellationTokenSource();
        await crew.ChangeAsync(Running.CameraPlans(), new HashSet<string>(), stop).ConfigureAwait(false);
        var publishing = publisher.RunAsync(publishingEnd.Token);
        Task[] others = [reporter.RunAsync(camerasEnd.Token), watchdog.RunAsync(camerasEnd.Token), hangGuard.RunAsync(camerasEnd.Token), overload.RunAsync(camerasEnd.Token)];
        IsRunning = true;
        manager.Ready(); // the network is loaded, proved and warm; a camera or a broker that is away is no reason not to be up
        try
        {
            await new PipelineRun(pipeline, network, () => Running, () => { NetworkChanged(); reporter.Report(withLine: false); }, networks.Logger).RunAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            IsRunning = false;
            // In the order of the data: the pipeline has ended every track, then the cameras go, and the publisher last, after what it was given.
            await ended.CancelAsync().ConfigureAwait(false);
            await camerasEnd.CancelAsync().ConfigureAwait(false);
            try
            {
                await crew.StopAsync().ConfigureAwait(false);
            }
            finally
            {
                // Whatever the others do (one may have failed): what waits is sent, and the broker told.
                await publishingEnd.CancelAsync().ConfigureAwait(false);
                await publishing.ConfigureAwait(false);
            }

            await Task.WhenAll(others).ConfigureAwait(false);
        }
    }

    /// <summary>Frees everything, after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await changing.WaitAsync().ConfigureAwait(false); // a change that was under way has seen the end
        await publisher.DisposeAsync().ConfigureAwait(false);
        store.Dispose();
        scenes.Dispose();
        pipeline.Dispose();
        crew.Dispose();
        network.Dispose();
        signal.Dispose();
        ended.Dispose();
        changing.Dispose();
    }
}
