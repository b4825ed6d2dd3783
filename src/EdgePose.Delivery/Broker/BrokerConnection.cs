using MQTTnet;

namespace EdgePose.Delivery.Broker;

/// <summary>One MQTT client and what is known of the connection that it has: what the broker takes, and whether it still answers.</summary>
internal sealed class BrokerConnection : IDisposable
{
    private static readonly MqttClientPublishResult Confirmed = new(null, MqttClientPublishReasonCode.Success, null, []);

    private readonly BrokerClient client = new();
    private readonly BrokerWatch watch;
    private readonly Lock sending = new(); // what is owed is counted in the order of sending
    private Task ping = Task.CompletedTask;
    private Task? waitingPing; // it is not sent yet, so its answer covers all that is sent before it

    /// <summary>Makes one that is not connected.</summary>
    public BrokerConnection(TimeProvider time) => watch = new BrokerWatch(time);

    /// <summary>Whether there is a connection, as far as is known.</summary>
    public bool IsConnected => client.Mqtt.IsConnected;

    /// <summary>The broker's reason to end the last connection; null when it gave none.</summary>
    public BrokerAnswer? Ended => client.Ended;

    /// <summary>What the broker takes.</summary>
    public BrokerTerms Terms => client.Terms;

    /// <summary>Whether the broker answered anything in this connection.</summary>
    public bool HasAnswered => watch.HasAnswered;

    /// <summary>Whether the broker acknowledged a message in this connection.</summary>
    public bool HasAcknowledged => watch.HasAcknowledged;

    /// <summary>Whether one more may be sent that the broker must acknowledge (MQTT 5, 3.3.4: Receive Maximum).</summary>
    public bool HasRoom => watch.Owed < client.Terms.ReceiveMaximum;

    /// <summary>Connects; see <see cref="BrokerClient.ConnectAsync"/>.</summary>
    public async Task ConnectAsync(MqttConfig config, Func<BrokerTerms, MqttApplicationMessage> will, CancellationToken stop)
    {
        await client.ConnectAsync(config, will, stop).ConfigureAwait(false);
        (ping, waitingPing) = (Task.CompletedTask, null);
        watch.Begin(TimeSpan.FromSeconds(client.Terms.KeepAliveSeconds));
    }

    /// <summary>
    /// Sends a message that must arrive, and ends with the broker's acknowledgement. A broker whose maximum QoS is 0 gives none: there the answer to a ping stands for it, which is sent
    /// after the message. A line keeps the order, so the broker has read the message by then.
    /// </summary>
    public Task<MqttClientPublishResult> SendAsync(MqttApplicationMessage message)
    {
        lock (sending)
        {
            if (client.Terms.Acknowledges)
            {
                return watch.Expect(client.Mqtt.PublishAsync(message, CancellationToken.None), isAcknowledgement: true);
            }

            return ConfirmedByPing(client.Mqtt.PublishAsync(message, CancellationToken.None), PingAsync());
        }

        static async Task<MqttClientPublishResult> ConfirmedByPing(Task sent, Task answer)
        {
            await sent.ConfigureAwait(false);
            await answer.ConfigureAwait(false);
            return Confirmed;
        }
    }

    /// <summary>Sends a message of QoS 0, and ends when the socket has taken it.</summary>
    public Task SendUnacknowledgedAsync(MqttApplicationMessage message) => client.Mqtt.PublishAsync(message, CancellationToken.None);

    /// <summary>Asks for an answer, and ends with it. Of two at once, MQTTnet would take one answer for both, so the second is sent after the first one's answer, and serves all who asked meanwhile.</summary>
    public Task PingAsync()
    {
        lock (sending)
        {
            if (waitingPing is not null)
            {
                return waitingPing;
            }

            if (ping.IsCompleted)
            {
                return ping = Send();
            }

            return waitingPing = After(ping);
        }

        async Task After(Task before)
        {
            await before.ConfigureAwait(false);
            Task sent;
            lock (sending)
            {
                waitingPing = null;
                sent = ping = Send();
            }

            await sent.ConfigureAwait(false);
        }

        Task Send() => watch.Expect(client.Mqtt.PingAsync(CancellationToken.None), isAcknowledgement: false);
    }

    /// <summary>Looks whether the connection still works, and asks for a sign of life when there was none for a while.</summary>
    /// <exception cref="BrokerEndedException">The broker ended it.</exception>
    /// <exception cref="BrokerClosedException">It is gone.</exception>
    /// <exception cref="TimeoutException">The broker does not answer.</exception>
    /// <exception cref="AcknowledgementLostException">The broker answers, but not what was sent before.</exception>
    public void Check()
    {
        if (!client.Mqtt.IsConnected)
        {
            throw client.Loss();
        }

        watch.Check();
        if (watch.IsQuiet && ping.IsCompleted)
        {
            _ = PingAsync().ContinueWith(static asked => asked.Exception, TaskScheduler.Default); // what it says, the next check says too
        }
    }

    /// <summary>Why the connection is gone; see <see cref="BrokerClient.Loss"/>.</summary>
    public Exception Loss() => client.Loss();

    /// <summary>Says goodbye.</summary>
    public Task DisconnectAsync() => client.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(BrokerOptions.Timeout);

    /// <summary>Closes the connection, whatever state it is in.</summary>
    public async Task GiveUpAsync()
    {
        try
        {
            if (client.Mqtt.IsConnected)
            {
                await client.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
        }
        catch (Exception again) when (again is not OutOfMemoryException)
        {
            // The connection is being given up: that closing it fails too changes nothing.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
