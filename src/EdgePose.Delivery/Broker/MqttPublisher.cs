using System.Diagnostics.Metrics;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Keeps the connection to the broker and sends three kinds of messages. Retained messages: the latest of each topic. Events: QoS 1, in order, kept until acknowledged, sent again after a
/// reconnect. Poses: QoS 0, dropped while the broker is away or slow. Nothing that is posted here blocks or throws.
/// See docs/delivery.md.
/// </summary>
public sealed partial class MqttPublisher : IAsyncDisposable
{
    /// <summary>The histogram of how long handing one pose message to the socket takes, in seconds.</summary>
    public const string SendDuration = "edgepose.mqtt.pose.send.duration";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly string statusTopic;
    private readonly Func<bool, byte[]> status;
    private readonly IEventStore store;
    private readonly EventIds ids;
    private readonly string source;
    private readonly ILogger logger;
    private readonly WorkSignal work = new(Beat);
    private readonly BrokerConnection broker;
    private readonly RetainedSender retained;
    private readonly EventWindow events;
    private readonly PoseSender poses;
    private readonly ReconnectPauses pauses = new(TimeProvider.System, Random.Shared);
    private readonly HashSet<string> leftOut = new(StringComparer.Ordinal); // topics for which that was logged in this connection
    private CloudEvent envelope;
    private volatile MqttConfig config;
    private CancellationTokenSource settings = new(); // cancelled, and another, when they change
    private volatile string lastFault = string.Empty;
    private string limitsTold = string.Empty;

    /// <summary>Makes a publisher; <see cref="RunAsync"/> connects it.</summary>
    /// <param name="config">The broker's section with a client id that is unique at the broker; file names in it are absolute.</param>
    /// <param name="statusTopic">The device's status topic, where the will goes.</param>
    /// <param name="status">The device's status payload, online (true) or offline (false).</param>
    /// <param name="store">Where events wait; the caller's to dispose.</param>
    /// <param name="ids">Ids of messages.</param>
    /// <param name="source">CloudEvents source.</param>
    /// <param name="meter">Gets the instruments <c>edgepose.mqtt.*</c> and <c>edgepose.spool.*</c>.</param>
    /// <param name="logger">Where connecting and its faults are logged.</param>
    public MqttPublisher(MqttConfig config, string statusTopic, Func<bool, byte[]> status, IEventStore store, EventIds ids, string source, Meter meter, ILogger logger)
    {
        (this.config, this.statusTopic, this.status, this.store, this.ids, this.source, this.logger) = (config, statusTopic, status, store, ids, source, logger);
        (envelope, broker) = (Envelope(new BrokerTerms(MqttVersion.V5)), new BrokerConnection(TimeProvider.System));
        events = new EventWindow(store, config.InFlight, Send, Wake, TimeProvider.System) { Refused = TellOfRefusal };
        retained = new RetainedSender(Send, Wake, TimeProvider.System) { Refused = TellOfRefusal };
        poses = new PoseSender(Send, broker.PingAsync, meter.CreateHistogram<double>(SendDuration, "s", "Handing one pose message to the socket, its envelope included."), TimeProvider.System);
        meter.CreateObservableCounter("edgepose.mqtt.messages", () => Status.Messages(), "{message}", "Messages by kind and outcome.");
        meter.CreateObservableGauge("edgepose.mqtt.connected", () => broker.IsConnected ? 1 : 0, description: "1 while the broker is connected.");
        meter.CreateObservableGauge("edgepose.spool.events", () => store.Count, "{event}", "Events that wait for the broker.");
        store.Ready = Wake;
    }

    /// <summary>Where the pipeline puts pose messages.</summary>
    public PoseOutbox Poses => poses.Outbox;

    /// <summary>How the connection stands.</summary>
    public PublisherStatus Status =>
        new(broker.IsConnected, lastFault, broker.IsConnected ? broker.Terms : null, poses.Sent, Poses.Dropped, Poses.Capped, events.Acknowledged, events.TopicsRefused, store.Status);

    /// <summary>Says that something was put into <see cref="Poses"/>.</summary>
    public void Wake() => work.Set();

    /// <summary>An event that must arrive.</summary>
    public void PostEvent(string topic, string type, DateTimeOffset at, byte[] payload) => store.Append(new StoredMessage(ids.Of(ids.Next()), topic, type, at, payload));

    /// <summary>An event that must arrive, with an id that it already has.</summary>
    public void PostEvent(StoredMessage message) => store.Append(message);

    /// <summary>A retained message: the broker keeps the latest, also over our reconnects.</summary>
    public void PostRetained(string topic, byte[] payload)
    {
        retained.Post(topic, payload);
        Wake();
    }

    /// <summary>Takes a retained message back: the broker forgets it.</summary>
    public void ClearRetained(string topic) => PostRetained(topic, []);

    private CloudEvent Envelope(BrokerTerms terms) => new(terms, config.Structured, source, ids);

    /// <summary>Leaves the broker, with a farewell, and connects with other settings, at once. Events that wait or are in flight wait in the store meanwhile and go to the new one.</summary>
    /// <param name="next">The broker's section; without a client id the one before stays. File names in it are absolute. The size of the window in flight stays as it was.</param>
    public void Reconnect(MqttConfig next)
    {
        config = next.ClientId is null ? next with { ClientId = config.ClientId } : next;
        Interlocked.Exchange(ref settings, new CancellationTokenSource()).Cancel();
        Wake();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        store.Ready = null;
        broker.Dispose();
        work.Dispose();
        settings.Dispose();
        return ValueTask.CompletedTask;
    }
}
