using EdgePose.Delivery.Spool;
using MQTTnet;

namespace EdgePose.Delivery.Broker;

/// <summary>One connection after the other.</summary>
public sealed partial class MqttPublisher
{
    /// <summary>Connects, sends, and connects again, until <paramref name="stop"/>; then sends what waits for at most two seconds, says that the device is offline, and disconnects.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(Volatile.Read(ref settings).Token, stop);
            try
            {
                await ConnectAsync(ending.Token).ConfigureAwait(false);
                await SendUntilAsync(ending.Token).ConfigureAwait(false);
                await SayGoodbyeAsync().ConfigureAwait(false);
                events.Forget(ConnectionEnd.Left, hadAnswered: true, reason: null);
                poses.Forget(wasSilent: false);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !(exception is OperationCanceledException && stop.IsCancellationRequested))
            {
                await PauseAsync(exception, ending.Token, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // stopped while connecting
            }
        }
    }

    private async Task ConnectAsync(CancellationToken ending)
    {
        WarnOfCertificate();
        envelope = new CloudEvent(config.Version, source, ids);
        await broker.ConnectAsync(config, clientId, statusTopic, status(false), ending).ConfigureAwait(false);
        lastFault = string.Empty;
        LogConnected(BrokerOptions.Shown(config.Address), store.Count);
        retained.Post(statusTopic, status(true));
        retained.Begin();
        leftOut.Clear();
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

    private async Task SendUntilAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            SendAll();
            poses.Move();
            if (broker.HasAnswered)
            {
                backOff.Reset();
            }

            await work.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends what the broker takes now of retained messages and events; never waits.</summary>
    private void SendAll()
    {
        broker.Check();
        retained.Move(() => broker.HasRoom);
        events.Move(() => broker.HasRoom);
    }

    private Task<MqttClientPublishResult>? Send(string topic, byte[] payload) => Fitting(envelope.Retained(topic, payload)) is { } packet ? broker.SendAsync(packet) : null;

    private Task<MqttClientPublishResult>? Send(StoredMessage message)
    {
        var packet = envelope.Event(message);
        return CloudEvent.PacketBytes(packet) > broker.MaximumPacketBytes ? null : broker.SendAsync(packet);
    }

    private Task? Send(PoseMessage message) => Fitting(envelope.Pose(message)) is { } packet ? broker.SendUnacknowledgedAsync(packet) : null;

    /// <summary>
    /// The packet; null for one that is longer than the broker takes, which is logged once per connection and topic. MQTTnet would send it, the broker would close the connection
    /// (MQTT 5, 3.2.2.3.6), and the events in flight would be suspected of it (<see cref="PoisonWatch"/>).
    /// </summary>
    private MqttApplicationMessage? Fitting(MqttApplicationMessage packet)
    {
        if (broker.MaximumPacketBytes is not { } most || CloudEvent.PacketBytes(packet) is var bytes && bytes <= most)
        {
            return packet;
        }

        if (leftOut.Add(packet.Topic))
        {
            LogTooLong(packet.Topic, bytes, most);
        }

        return null;
    }

    private void TellOfRefusal(string topic, string reason, bool forGood)
    {
        if (forGood)
        {
            LogDropped(topic, reason);
        }
        else
        {
            lastFault = $"the broker does not take {topic} ({reason}); check what this user may publish to";
            LogRefused(topic, reason);
        }
    }

    private async Task SayGoodbyeAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            SendAll();
            await Task.Delay(10).ConfigureAwait(false);
        }
        while (store.Count > 0 && TimeProvider.System.GetElapsedTime(start) < DrainLimit);

        if (Fitting(envelope.Retained(statusTopic, status(false))) is { } farewell)
        {
            await broker.SendAsync(farewell).WaitAsync(BrokerOptions.Timeout).ConfigureAwait(false);
        }

        await broker.DisconnectAsync().ConfigureAwait(false);
    }

    /// <summary>Forgets the connection, says why, and waits. Poses that come meanwhile make way for each other in the outbox.</summary>
    private async Task PauseAsync(Exception exception, CancellationToken ending, CancellationToken stop)
    {
        var end = exception switch
        {
            TimeoutException => ConnectionEnd.Silent,
            AcknowledgementLostException => ConnectionEnd.Unacknowledged,
            _ => ConnectionEnd.Closed,
        };
        events.Forget(end, end == ConnectionEnd.Unacknowledged ? broker.HasAcknowledged : broker.HasAnswered, broker.Ended);
        poses.Forget(wasSilent: end == ConnectionEnd.Silent);
        await broker.GiveUpAsync().ConfigureAwait(false);
        if (ending.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            backOff.Reset(); // other settings: the faults of the ones before say nothing
            return;
        }

        lastFault = BrokerFault.Describe(exception);
        var pause = backOff.Next();
        pause = pause < LongestPause ? pause : LongestPause - (LongestPause * (Random.Shared.NextDouble() / 2));
        LogAway(BrokerOptions.Shown(config.Address), lastFault, pause.TotalSeconds);
        try
        {
            await Task.Delay(pause, ending).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // stopped, or other settings: the caller's loop looks
        }

        poses.DropWaiting();
    }
}
