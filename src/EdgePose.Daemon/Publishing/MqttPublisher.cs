using System.Collections.Concurrent;
using System.Text;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Telemetry;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgePose.Daemon.Publishing;

/// <summary>
/// Keeps the connection to the broker, and sends: retained messages (the latest of each topic), events that must arrive (QoS 1, in order, kept until
/// acknowledged, sent again after a reconnect), and poses (QoS 0, dropped while the broker is away). Nothing that is posted here blocks or throws.
/// </summary>
public sealed partial class MqttPublisher : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly string clientId;
    private readonly string statusTopic;
    private readonly Func<bool, byte[]> status;
    private readonly IEventStore store;
    private readonly EventIds ids;
    private readonly ILogger logger;
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly WorkSignal work = new(Beat);
    private readonly ConcurrentDictionary<string, byte[]> retained = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> changed = new(StringComparer.Ordinal);
    private readonly EventWindow events;
    private readonly string source;
    private CloudEvent envelope;
    private volatile MqttConfig config;
    private CancellationTokenSource settings = new(); // cancelled, and another, when they change
    private readonly BackOff backOff = new(Random.Shared);
    private volatile string lastFault = string.Empty;
    private long posesSent;

    /// <summary>Makes a publisher; <see cref="RunAsync"/> connects it.</summary>
    /// <param name="config">The broker's section; file names in it are absolute.</param>
    /// <param name="clientId">Unique at the broker.</param>
    /// <param name="statusTopic">The device's status topic, where the will goes.</param>
    /// <param name="status">The device's status payload, online (true) or offline (false).</param>
    /// <param name="store">Where events wait.</param>
    /// <param name="ids">Ids of messages.</param>
    /// <param name="source">CloudEvents source.</param>
    /// <param name="logger">Where connecting and its faults are logged.</param>
    public MqttPublisher(
        MqttConfig config, string clientId, string statusTopic, Func<bool, byte[]> status, IEventStore store, EventIds ids, string source, ILogger logger)
    {
        (this.config, this.clientId, this.statusTopic, this.status, this.store, this.ids, this.source, this.logger) = (config, clientId, statusTopic, status, store, ids, source, logger);
        envelope = new CloudEvent(config.Version, source, ids);
        events = new EventWindow(store, config.InFlight, message => client.PublishAsync(envelope.Event(message), CancellationToken.None).WaitAsync(BrokerOptions.Timeout), Wake);
    }

    /// <summary>Where the pipeline puts pose messages.</summary>
    public PoseOutbox Poses { get; } = new(64);

    /// <summary>How long handing one pose message to the broker's socket takes, its envelope included; on the publisher's own thread.</summary>
    public LatencyHistogram SendTime { get; } = new();

    /// <summary>How the connection stands.</summary>
    public PublisherStatus Status => new(
        client.IsConnected, lastFault, Interlocked.Read(ref posesSent), Poses.Dropped, Poses.Capped, events.Acknowledged, store.Count, store.Dropped);

    /// <summary>Says that something was put into <see cref="Poses"/>.</summary>
    public void Wake() => work.Set();

    /// <summary>An event that must arrive.</summary>
    public void PostEvent(string topic, string type, DateTimeOffset at, byte[] payload)
    {
        var sequence = ids.Next();
        store.Append(new StoredMessage(sequence, ids.Of(sequence), topic, type, at, payload));
        Wake();
    }

    /// <summary>A retained message: the broker keeps the latest, also over our reconnects.</summary>
    public void PostRetained(string topic, byte[] payload)
    {
        retained[topic] = payload;
        changed[topic] = true;
        Wake();
    }

    /// <summary>Takes a retained message back: the broker forgets it.</summary>
    public void ClearRetained(string topic) => PostRetained(topic, []);

    /// <summary>Leaves the broker, with a farewell, and connects with other settings, at once. Events that wait or are in flight wait in the store meanwhile and go to the new one.</summary>
    /// <param name="next">The broker's section; file names in it are absolute. The size of the window in flight stays as it was.</param>
    public void Reconnect(MqttConfig next)
    {
        config = next;
        Interlocked.Exchange(ref settings, new CancellationTokenSource()).Cancel();
        Wake();
    }

    /// <summary>Connects, sends, and connects again, until <paramref name="stop"/>; then sends what waits for at most two seconds, says that the device is offline, and disconnects.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var otherSettings = Volatile.Read(ref settings).Token;
            try
            {
                await ConnectAsync(otherSettings, stop).ConfigureAwait(false);
                await SendUntilStoppedAsync(otherSettings, stop).ConfigureAwait(false);
                await SayGoodbyeAsync().ConfigureAwait(false);
                events.Forget();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !(exception is OperationCanceledException && stop.IsCancellationRequested))
            {
                await PauseAsync(exception, otherSettings, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // stopped while connecting
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        work.Dispose();
        settings.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ConnectAsync(CancellationToken otherSettings, CancellationToken stop)
    {
        WarnOfCertificate();
        envelope = new CloudEvent(config.Version, source, ids);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(otherSettings, stop);
        limit.CancelAfter(BrokerOptions.Timeout);
        var result = await client.ConnectAsync(BrokerOptions.Create(config, clientId, statusTopic, status(false)), limit.Token).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new BrokerRefusedException(result.ResultCode);
        }

        lastFault = string.Empty;
        backOff.Reset();
        LogConnected(config.Address, store.Count);
        PostRetained(statusTopic, status(true));
        foreach (var topic in retained.Keys)
        {
            changed[topic] = true;
        }
    }

    private void WarnOfCertificate()
    {
        if (config is { CertificateFile: { } file, KeyFile: { } key })
        {
            using var certificate = DeviceCertificate.Load(file, key);
            if (DeviceCertificate.Warning(certificate, TimeProvider.System.GetUtcNow()) is { } warning)
            {
                LogCertificate(file, warning);
            }
        }
    }

    private async Task SendUntilStoppedAsync(CancellationToken otherSettings, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !otherSettings.IsCancellationRequested)
        {
            if (!client.IsConnected)
            {
                throw new MqttCommunicationException("the connection was lost");
            }

            await SendRetainedAsync().ConfigureAwait(false);
            await events.MoveAsync().ConfigureAwait(false);
            await SendPosesAsync().ConfigureAwait(false);
            await work.WaitAsync().ConfigureAwait(false);
        }
    }

    private async Task SendRetainedAsync()
    {
        foreach (var topic in changed.Keys)
        {
            if (changed.TryRemove(topic, out _))
            {
                try
                {
                    var payload = retained[topic];
                    await client.PublishAsync(envelope.Retained(topic, payload), CancellationToken.None).WaitAsync(BrokerOptions.Timeout).ConfigureAwait(false);
                    if (payload.Length == 0)
                    {
                        retained.TryRemove(KeyValuePair.Create(topic, payload)); // not if another one came meanwhile
                    }
                }
                catch
                {
                    changed[topic] = true;
                    throw;
                }
            }
        }
    }

    private async Task SendPosesAsync()
    {
        while (Poses.TryTake() is { } message)
        {
            var sent = false;
            var start = TimeProvider.System.GetTimestamp();
            try
            {
                await client.PublishAsync(envelope.Pose(message), CancellationToken.None).WaitAsync(BrokerOptions.Timeout).ConfigureAwait(false);
                sent = true;
                SendTime.Add(TimeProvider.System.GetElapsedTime(start));
                Interlocked.Increment(ref posesSent);
            }
            finally
            {
                Poses.Return(message, sent);
            }
        }
    }

    private async Task SayGoodbyeAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (store.Count > 0 && client.IsConnected && TimeProvider.System.GetElapsedTime(start) < DrainLimit)
        {
            await events.MoveAsync().ConfigureAwait(false);
            await Task.Delay(10).ConfigureAwait(false);
        }

        await SendRetainedAsync().ConfigureAwait(false);
        await client.PublishAsync(envelope.Retained(statusTopic, status(false)), CancellationToken.None).WaitAsync(BrokerOptions.Timeout).ConfigureAwait(false);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Forgets the connection, says why, and waits. Poses that come meanwhile make way for each other in the outbox.</summary>
    private async Task PauseAsync(Exception exception, CancellationToken otherSettings, CancellationToken stop)
    {
        events.Forget();
        try
        {
            if (client.IsConnected)
            {
                await client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
        }
        catch (Exception again) when (again is not OutOfMemoryException)
        {
            // The connection is being given up: that closing it fails too changes nothing.
        }

        if (otherSettings.IsCancellationRequested)
        {
            backOff.Reset(); // other settings: the faults of the ones before say nothing
            return;
        }

        var reason = BrokerFault.Describe(exception);
        lastFault = reason;
        var pause = backOff.Next();
        LogAway(config.Address, reason, pause.TotalSeconds);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(otherSettings, stop);
        try
        {
            await Task.Delay(pause, waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // stopped, or other settings: the caller's loop looks
        }

        while (Poses.TryTake() is { } stale)
        {
            Poses.Return(stale, sent: false);
        }
    }
}
