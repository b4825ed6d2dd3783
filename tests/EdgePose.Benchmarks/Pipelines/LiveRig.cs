using EdgePose.Inference;
using EdgePose.Cameras.Sources;
using EdgePose.Cli;
using EdgePose.Cli.Demo;
using EdgePose.Daemon.Hosting;
using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The whole daemon in this process on the bundled clip over RTSP (a real server in a process of its own), publishing to mosquitto on the loopback interface.</summary>
internal sealed class LiveRig : IAsyncDisposable
{
    private readonly RtspServer server;
    private readonly Mosquitto broker;
    private readonly IHost host;

    private LiveRig(RtspServer server, Mosquitto broker, IHost host)
    {
        (this.server, this.broker, this.host) = (server, broker, host);
        Service = host.Services.GetServices<IHostedService>().OfType<EdgePoseService>().Single();
    }

    public EdgePoseService Service { get; }

    public string BrokerAddress => broker.Address;

    /// <summary>Starts all of it.</summary>
    public static async Task<LiveRig> StartAsync(string[] arguments)
    {
        var server = await RtspServer.StartAsync(DemoMaterial.RtspScript, DemoMaterial.Clip, streams: 1, CancellationToken.None);
        var broker = new Mosquitto();
        var config = new EdgePoseConfig
        {
            Device = new DeviceConfig { Site = "bench", Id = "this-machine" },
            Network = new NetworkConfig
            {
                Manifest = BundledNetwork.Manifest(arguments), InputWidthPx = BundledNetwork.WidthPx, InputHeightPx = BundledNetwork.HeightPx, MaxBatch = 1, Providers = [ExecutionProvider.Cpu],
            },
            Mqtt = new MqttConfig { Address = broker.Address, PoseMaxRateHertz = 0 },
            Spool = new SpoolConfig { Durability = SpoolDurability.Memory },
            Page = new PageConfig { Enabled = false },
            Cameras = [new CameraConfig { Id = "lobby", Address = server.Address }],
        };
        var rig = new LiveRig(server, broker, RunCommand.Build(config, LogLevel.Warning));
        await rig.host.StartAsync();
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        broker.Dispose();
        await server.DisposeAsync();
    }
}
