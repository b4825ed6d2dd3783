using MQTTnet;
using MQTTnet.Exceptions;

namespace EdgePose.Delivery.Broker;

/// <summary>One MQTT client and what is known of the connection that it has: what the broker takes, and whether it still answers.</summary>
internal sealed class BrokerConnection : IDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient(new BrokerChannel.Factory());
    private readonly BrokerWatch watch;
    private readonly Lock sending = new(); // what is owed is counted in the order of sending
    private Task ping = Task.CompletedTask;
    private int receiveMaximum;
    private Exception? fault;

    /// <summary>Makes one that is not connected.</summary>
    public BrokerConnection(TimeProvider time)
    {
        watch = new BrokerWatch(time);
        client.DisconnectedAsync += ended =>
        {
            (Ended, fault) = (ended.Reason, ended.Exception);
            return Task.CompletedTask;
        };
    }

    /// <summary>Whether there is a connection, as far as is known.</summary>
    public bool IsConnected => client.IsConnected;

    /// <summary>Why the broker ended the last connection; null when it said nothing.</summary>
    public MqttClientDisconnectReason? Ended { get; private set; }

    /// <summary>Whether the broker answered anything in this connection.</summary>
    public bool HasAnswered => watch.HasAnswered;

    /// <summary>Whether the broker acknowledged a message in this connection.</summary>
    public bool HasAcknowledged => watch.HasAcknowledged;

    /// <summary>Whether one more may be sent that the broker must acknowledge (MQTT 5, 3.3.4: Receive Maximum).</summary>
    public bool HasRoom => watch.Owed < receiveMaximum;

    /// <summary>The longest packet that the broker takes, in bytes (MQTT 5, 3.2.2.3.6); null when it said nothing.</summary>
    public long? MaximumPacketBytes { get; private set; }

    /// <summary>Connects, within five seconds.</summary>
    /// <exception cref="BrokerRefusedException">The broker refused.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task ConnectAsync(MqttConfig config, string clientId, string willTopic, byte[] will, CancellationToken stop)
    {
        (Ended, fault, ping) = (null, null, Task.CompletedTask);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(BrokerOptions.Timeout);
        MqttClientConnectResult result;
        try
        {
            result = await client.ConnectAsync(BrokerOptions.Create(config, clientId, willTopic, will), limit.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException && limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException("the broker does not answer in time"); // MQTTnet says that authenticating failed, which misleads
        }

        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new BrokerRefusedException(result.ResultCode);
        }

        receiveMaximum = result.ReceiveMaximum is > 0 and var most ? most : ushort.MaxValue;
        MaximumPacketBytes = result.MaximumPacketSize is > 0 and var largest ? largest : null;
        watch.Begin(TimeSpan.FromSeconds(config.KeepAliveSeconds));
    }

    /// <summary>Sends a message of QoS 1, and ends with the broker's acknowledgement.</summary>
    public Task<MqttClientPublishResult> SendAsync(MqttApplicationMessage message)
    {
        lock (sending)
        {
            return watch.Expect(client.PublishAsync(message, CancellationToken.None), isAcknowledgement: true);
        }
    }

    /// <summary>Sends a message of QoS 0, and ends when the socket has taken it.</summary>
    public Task SendUnacknowledgedAsync(MqttApplicationMessage message) => client.PublishAsync(message, CancellationToken.None);

    /// <summary>Asks for an answer, and ends with it.</summary>
    public Task PingAsync()
    {
        return ping = Ping(ping);

        async Task Ping(Task before)
        {
            await before.ConfigureAwait(false); // of two at once, MQTTnet would take one answer for both
            await Send().ConfigureAwait(false);
        }

        Task Send()
        {
            lock (sending)
            {
                return watch.Expect(client.PingAsync(CancellationToken.None), isAcknowledgement: false);
            }
        }
    }

    /// <summary>Looks whether the connection still works, and asks for a sign of life when there was none for a while.</summary>
    /// <exception cref="MqttCommunicationException">It is gone.</exception>
    /// <exception cref="TimeoutException">The broker does not answer.</exception>
    /// <exception cref="AcknowledgementLostException">The broker answers, but not what was sent before.</exception>
    public void Check()
    {
        if (!client.IsConnected)
        {
            throw new MqttCommunicationException("the connection was lost", fault);
        }

        watch.Check();
        if (watch.IsQuiet && ping.IsCompleted)
        {
            _ = PingAsync().ContinueWith(static asked => asked.Exception, TaskScheduler.Default); // what it says, the next check says too
        }
    }

    /// <summary>Says goodbye.</summary>
    public Task DisconnectAsync() => client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(BrokerOptions.Timeout);

    /// <summary>Closes the connection, whatever state it is in.</summary>
    public async Task GiveUpAsync()
    {
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
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
