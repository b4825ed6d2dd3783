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
                events.Forget(ConnectionEnd.Left, hadAnswered: true, said: null);
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
        pauses.Begin();
        WarnOfCertificate();
        await broker.ConnectAsync(config, terms => Envelope(terms).Retained(statusTopic, status(false)), ending).ConfigureAwait(false);
        envelope = Envelope(broker.Terms);
        pauses.Connected();
        lastFault = string.Empty;
        LogConnected(BrokerAddress.Shown(config.Address), broker.Terms.VersionName, store.Count);
        TellOfLimits();
        retained.Post(statusTopic, status(true));
        retained.Begin();
        leftOut.Clear();
    }

    /// <summary>One line for each other set of limits.</summary>
    private void TellOfLimits()
    {
        var limits = string.Join("; ", broker.Terms.Limits(config.KeepAliveSeconds));
        if (limits.Length > 0 && limits != limitsTold)
        {
            LogLimits(BrokerAddress.Shown(config.Address), limits);
        }

        limitsTold = limits;
    }

    private void WarnOfCertificate()
    {
        if (DeviceCertificate.Warning(config, TimeProvider.System.GetUtcNow()) is { } warning)
        {
            LogCertificate(config.CertificateFile!, warning);
        }
    }

    private async Task SendUntilAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            SendAll();
            poses.Move();
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

    private Task<MqttClientPublishResult>? Send(string topic, byte[] payload)
    {
        var isTakingBack = payload.Length == 0; // of a broker that keeps nothing there is nothing to take back
        return (!isTakingBack || broker.Terms.Retains) && Fitting(envelope.Retained(topic, payload)) is { } packet ? broker.SendAsync(packet) : null;
    }

    private Task<MqttClientPublishResult>? Send(StoredMessage message)
    {
        var packet = envelope.Event(message);
        return CloudEvent.PacketBytes(packet) > broker.Terms.MaximumPacketBytes ? null : broker.SendAsync(packet);
    }

    private Task? Send(PoseMessage message) => Fitting(envelope.Pose(message)) is { } packet ? broker.SendUnacknowledgedAsync(packet) : null;

    /// <summary>
    /// The packet; null for one that is longer than the broker takes, which is logged once per connection and topic. MQTTnet would send it, the broker would close the connection
    /// (MQTT 5, 3.2.2.3.6), and the events in flight would be suspected of it (<see cref="PoisonWatch"/>).
    /// </summary>
    private MqttApplicationMessage? Fitting(MqttApplicationMessage packet)
    {
        if (broker.Terms.MaximumPacketBytes is not { } most || CloudEvent.PacketBytes(packet) is var bytes && bytes <= most)
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
            lastFault = $"the broker does not take {topic} ({reason})";
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
        var said = broker.Ended;
        events.Forget(end, end == ConnectionEnd.Unacknowledged ? broker.HasAcknowledged : broker.HasAnswered, said);
        poses.Forget(wasSilent: end == ConnectionEnd.Silent);
        await broker.GiveUpAsync().ConfigureAwait(false);
        if (ending.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            pauses.Reset();
            return;
        }

        // An answer that was due when the connection ended fails with MQTTnet's words.
        var isLost = pauses.HasConnected && end == ConnectionEnd.Closed && BrokerFault.IsMerelyClosed(exception);
        lastFault = BrokerFault.Describe(isLost ? broker.Loss() : exception, config);
        var pause = pauses.Next(broker.HasAnswered, isTakenOver: said?.Code == ReasonCode.SessionTakenOver);
        LogAway(BrokerAddress.Shown(config.Address), lastFault, pause.TotalSeconds);
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
