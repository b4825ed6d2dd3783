using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Fault.Tests;

/// <summary>The rooms of the daemon in this process, with the product's own decoder children, on the small early network.</summary>
internal sealed class LiveDaemonRig : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepose-live-");
    private readonly CancellationTokenSource stop = new();

    public LiveDaemonRig(string broker, params CameraConfig[] cameras)
        : this(Config(broker, cameras))
    {
    }

    /// <param name="config">All of it, but for the spool: each rig has one of its own.</param>
    /// <param name="openNetwork">Opens the networks after the first; null for the daemon's own.</param>
    /// <param name="thermal">The machine's heat; null for its own.</param>
    public LiveDaemonRig(EdgePoseConfig config, OpenNetwork? openNetwork = null, ThermalZones? thermal = null)
    {
        config = config with { Spool = config.Spool with { Path = Path.Combine(folder.FullName, "spool.db") } };
        var plan = NetworkPlan.Of(config);
        var decoder = new DecoderCommand(Path.Combine(AppContext.BaseDirectory, "edgepose"), ["decode"]);
        var loggers = LoggerFactory.Create(builder => builder.AddProvider(Log));
        var rooms = new DaemonRooms(
            new CameraRoom(decoder, Meter.Instruments, TimeProvider.System, loggers), new DeliveryRoom(Meter.Instruments, loggers), new NetworkRoom(openNetwork ?? NetworkOpener.Open, TimeProvider.System, loggers),
            new DaemonState(TimeProvider.System), new ServiceManager(null), Meter, thermal ?? new ThermalZones(), TimeProvider.System, loggers);
        Live = new LiveDaemon(rooms, config, plan, NetworkOpener.Open(plan, progress: null));
        Ended = Live.RunAsync(stop.Token);
    }

    public LiveDaemon Live { get; }

    /// <summary>The daemon's run; <see cref="DisposeAsync"/> throws what it ended with.</summary>
    public Task Ended { get; }

    public PipelineMeter Meter { get; } = new(TimeProvider.System);

    public ListLogger Log { get; } = new();

    public static EdgePoseConfig Config(string broker, params CameraConfig[] cameras) => new()
    {
        BaseFolder = Repository.Root,
        Device = new DeviceConfig { Site = "test", Id = "device" },
        Network = new NetworkConfig { Manifest = "models/edgepose-v0.json", InputWidthPx = 328, InputHeightPx = 184, MaxBatch = 2, Providers = [ExecutionProvider.Cpu] },
        Mqtt = new MqttConfig { Address = broker },
        Cameras = [.. cameras],
    };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await Ended;
        }
        finally
        {
            await Live.DisposeAsync();
            stop.Dispose();
            folder.Delete(recursive: true);
        }
    }
}
