using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgePose.Delivery.Broker;

/// <summary>An MQTT client that connects on the terms that the broker takes. The daemon and every command connect by it, so that they fare alike.</summary>
public sealed class BrokerClient : IDisposable
{
    private readonly BrokerAdapter.Factory adapters;
    private MqttConfig config = new();
    private TermsSearch search = new(MqttVersion.V5);
    private MqttConfig? searchedFor;
    private Exception? fault;
    private long connectedAt;

    /// <summary>Makes one that is not connected.</summary>
    /// <param name="subscribes">Whether it gets messages, so that packets of any length are taken.</param>
    public BrokerClient(bool subscribes = false)
    {
        adapters = new BrokerAdapter.Factory(stop => BrokerLine.OpenAsync(config, stop), subscribes ? int.MaxValue : BrokerChannel.MostAnswerBytes);
        Subscribes = subscribes;
        Mqtt = new MqttClientFactory().CreateMqttClient(adapters);
        Mqtt.DisconnectedAsync += ended =>
        {
            fault = ended.Exception;
            return Task.CompletedTask;
        };
    }

    /// <summary>Whether it gets messages.</summary>
    public bool Subscribes { get; }

    /// <summary>MQTTnet's client. Connect it by <see cref="ConnectAsync"/> alone.</summary>
    public IMqttClient Mqtt { get; }

    /// <summary>The terms of the connection.</summary>
    public BrokerTerms Terms { get; private set; } = new(MqttVersion.V5);

    /// <summary>The broker's reason to end the last connection; null when it gave none.</summary>
    public BrokerAnswer? Ended => adapters.Newest?.Farewell is { } said ? new BrokerAnswer((byte)said.ReasonCode, said.ReasonString, said.ServerReference) : null;

    /// <summary>Connects; each try takes five seconds at most.</summary>
    /// <param name="section">The broker's section, with its client id; file names in it are absolute.</param>
    /// <param name="will">Makes the message that the broker sends when this client is gone, for the terms that are tried; null for no will.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="BrokerRefusedException">The broker refused.</exception>
    /// <exception cref="BrokerClosedException">It closed the connection.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task ConnectAsync(MqttConfig section, Func<BrokerTerms, MqttApplicationMessage>? will, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(section);
        LearnFromEnd();
        config = section;
        if (searchedFor != section)
        {
            (search, searchedFor) = (new TermsSearch(section.Version), section);
        }

        search.Begin();
        while (true)
        {
            try
            {
                var result = await TryAsync(search.Current, will, stop).ConfigureAwait(false);
                var terms = search.Current;
                if (search.Taken())
                {
                    Terms = TermsOf(result, terms);
                    connectedAt = TimeProvider.System.GetTimestamp();
                    return;
                }

                await Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), stop).ConfigureAwait(false);
            }
            catch (BrokerRefusedException refused) when (search.Refused(refused.Answer.Code, refused.Answer.IsOldForm))
            {
                // search.Current is tried next
            }
            catch (BrokerClosedException) when (search.Closed())
            {
                // search.Current is tried next
            }
        }
    }

    /// <summary>Why the connection is gone: what the broker said, or that it closed it, or what went wrong.</summary>
    public Exception Loss() => Ended is { } said ? new BrokerEndedException(said)
        : fault is null || BrokerFault.IsMerelyClosed(fault) ? new BrokerClosedException(fault?.Message ?? "closed", Terms.Version, TimeProvider.System.GetElapsedTime(connectedAt))
        : new MqttCommunicationException("the connection was lost", fault);

    /// <inheritdoc/>
    public void Dispose() => Mqtt.Dispose();

    private async Task<MqttClientConnectResult> TryAsync(BrokerTerms terms, Func<BrokerTerms, MqttApplicationMessage>? will, CancellationToken stop)
    {
        fault = null;
        adapters.Forget();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(BrokerOptions.Timeout);
        MqttClientConnectResult result;
        try
        {
            result = await Mqtt.ConnectAsync(BrokerOptions.Create(config, terms, will?.Invoke(terms), Subscribes), limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (limit.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                search.Failed();
                throw new TimeoutException("the broker does not answer in time"); // MQTTnet says that authenticating failed, which misleads
            }

            stop.ThrowIfCancellationRequested();
            throw Failure(exception, terms);
        }

        return result.ResultCode == MqttClientConnectResultCode.Success ? result : throw new BrokerRefusedException(AnswerOf(terms), terms.Version);
    }

    /// <summary>What a failed try says.</summary>
    private Exception Failure(Exception exception, BrokerTerms terms)
    {
        var adapter = adapters.Newest;
        if (adapter?.Answer is not null)
        {
            return new BrokerRefusedException(AnswerOf(terms), terms.Version); // with a code that MQTTnet does not know
        }

        if (Ended is { } said)
        {
            search.Failed();
            return new BrokerEndedException(said);
        }

        if (adapter is { AsksForMore: true })
        {
            return new BrokerRefusedException(new BrokerAnswer(0x8C), terms.Version); // what it would say to a client that tells it so
        }

        if (adapter is { HasSent: true } && BrokerFault.IsMerelyClosed(exception))
        {
            return new BrokerClosedException(exception.GetBaseException().Message, terms.Version, lasted: null);
        }

        search.Failed();
        return exception;
    }

    private BrokerAnswer AnswerOf(BrokerTerms terms)
    {
        var answer = adapters.Newest!.Answer!;
        if (terms.Version == MqttVersion.V311)
        {
            return new BrokerAnswer(ReasonCode.OfReturnCode((byte)answer.ReturnCode));
        }

        var code = (byte)answer.ReasonCode;
        var isOldForm = ReasonCode.IsOldForm(code);
        return new BrokerAnswer(isOldForm ? ReasonCode.OfReturnCode(code) : code, answer.ReasonString, answer.ServerReference) { IsOldForm = isOldForm };
    }

    private BrokerTerms TermsOf(MqttClientConnectResult result, BrokerTerms tried) => tried with
    {
        Retains = tried.Retains && result.RetainAvailable,
        Acknowledges = tried.Acknowledges && (tried.Version == MqttVersion.V311 || result.MaximumQoS >= MqttQualityOfServiceLevel.AtLeastOnce),
        KeepAliveSeconds = result.ServerKeepAlive is > 0 and var own ? own : config.KeepAliveSeconds,
        MaximumPacketBytes = result.MaximumPacketSize is > 0 and var largest ? largest : null,
        ReceiveMaximum = result.ReceiveMaximum is > 0 and var most ? most : ushort.MaxValue,
    };

    private void LearnFromEnd()
    {
        if (Ended is { } said)
        {
            search.Ended(said.Code);
        }
    }
}
