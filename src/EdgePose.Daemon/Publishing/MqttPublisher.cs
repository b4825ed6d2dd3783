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

    private readonly MqttConfig config;
    private readonly string clientId;
    private readonly string statusTopic;
    private readonly Func<bool, byte[]> status;
    private readonly IEventStore store;
    private readonly EventIds ids;
    private readonly CloudEvent envelope;
    private readonly ILogger logger;
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly WorkSignal work = new(Beat);
    private readonly ConcurrentDictionary<string, byte[]> retained = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> changed = new(StringComparer.Ordinal);
    private readonly EventWindow events;
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
        (this.config, this.clientId, this.statusTopic, this.status, this.store, this.ids, this.logger) = (config, clientId, statusTopic, status, store, ids, logger);
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

    /// <summary>Connects, sends, and connects again, until <paramref name="stop"/>; then sends what waits for at most two seconds, says that the device is offline, and disconnects.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(stop).ConfigureAwait(false);
                await SendUntilStoppedAsync(stop).ConfigureAwait(false);
                await SayGoodbyeAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !(exception is OperationCanceledException && stop.IsCancellationRequested))
            {
                await PauseAsync(exception, stop).ConfigureAwait(false);
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
        return ValueTask.CompletedTask;
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        WarnOfCertificate();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
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

    private async Task SendUntilStoppedAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
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
                    await client.PublishAsync(envelope.Retained(topic, retained[topic]), CancellationToken.None).WaitAsync(BrokerOptions.Timeout).ConfigureAwait(false);
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
    private async Task PauseAsync(Exception exception, CancellationToken stop)
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

        var reason = BrokerFault.Describe(exception);
        lastFault = reason;
        var pause = backOff.Next();
        LogAway(config.Address, reason, pause.TotalSeconds);
        try
        {
            await Task.Delay(pause, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // stopped: the caller's loop ends
        }

        while (Poses.TryTake() is { } stale)
        {
            Poses.Return(stale, sent: false);
        }
    }
}
