using System.Diagnostics.Metrics;
using EdgePose.Cli.Demo;
using EdgePose.Daemon;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Cli.Bench;

/// <summary>The daemon's own way to a broker, with a real broker in this process on the loopback interface: what a measurement publishes to.</summary>
internal sealed class LoopbackPublishing : IAsyncDisposable
{
    private readonly EmbeddedBroker broker;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    private LoopbackPublishing(EmbeddedBroker broker, PoseNetwork network, IEventStore? store, Meter instruments)
    {
        this.broker = broker;
        var config = new MqttConfig { Address = broker.Address, PoseMaxRateHertz = 0, ClientId = $"edgepose-bench-{Environment.ProcessId}" };
        var ids = new EventIds("bench", EventIds.NewBoot(TimeProvider.System));
        var topics = new Topics("bench", "this-machine");
        var status = new DeviceStatus("bench", "0", new DaemonState(TimeProvider.System));
        Publisher = new MqttPublisher(
            config, topics.Status, status.Write, store ?? new MemoryEventStore(20_000_000, TimeSpan.FromHours(1), TimeProvider.System), ids,
            "edgepose/bench", instruments, NullLogger.Instance);
        SendTimes = new SendTimes(instruments);
        Observer = new MqttObserver(Publisher, topics, ids, new OutputSkeleton(network.Manifest.Skeleton, network.Manifest.Skeleton), config, TimeProvider.System);
        running = Publisher.RunAsync(stop.Token);
    }

    public MqttPublisher Publisher { get; }

    /// <summary>How long handing one pose message to the socket takes.</summary>
    public SendTimes SendTimes { get; }

    public IFrameObserver Observer { get; }

    public string BrokerAddress => broker.Address;

    /// <summary>Starts both, and waits until they are connected.</summary>
    /// <param name="network">Told in the status.</param>
    /// <param name="instruments">Gets what the publisher measures; null for one that nobody else reads.</param>
    /// <param name="store">Where track messages wait for their acknowledgement; null for the daemon's own, in memory.</param>
    public static async Task<LoopbackPublishing> StartAsync(PoseNetwork network, IEventStore? store = null, Meter? instruments = null)
    {
        var publishing = new LoopbackPublishing(await EmbeddedBroker.StartAsync().ConfigureAwait(false), network, store, instruments ?? new Meter(PipelineMeter.MeterName));
        while (!publishing.Publisher.Status.IsConnected && !publishing.running.IsCompleted)
        {
            await Task.Delay(20).ConfigureAwait(false);
        }

        return publishing;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await Publisher.DisposeAsync().ConfigureAwait(false);
        await broker.DisposeAsync().ConfigureAwait(false);
        SendTimes.Dispose();
        stop.Dispose();
    }
}
