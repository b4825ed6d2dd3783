using EdgePose.Delivery.Spool;
using MQTTnet;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// The events that are on their way to the broker and not acknowledged yet: a bounded number, in the order of the store. An event leaves the store when the broker
/// has acknowledged it, or will never take it.
/// </summary>
/// <param name="store">Where events wait.</param>
/// <param name="size">The most events in flight.</param>
/// <param name="send">Sends one, and ends with the broker's acknowledgement; null for one that is longer than the broker takes.</param>
/// <param name="wake">Called when an acknowledgement has come, on any thread.</param>
/// <param name="time">The clock.</param>
internal sealed class EventWindow(IEventStore store, int size, Func<StoredMessage, Task<MqttClientPublishResult>?> send, Action wake, TimeProvider time)
{
    private readonly Queue<(Lease Lease, Task<MqttClientPublishResult> Sent)> inFlight = new();
    private readonly RefusedTopics refused = new(time);
    private readonly PoisonWatch poison = new();
    private long acknowledged;
    private int topicsRefused;

    /// <summary>Events that the broker has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Topics that the broker does not take for now.</summary>
    public int TopicsRefused => Volatile.Read(ref topicsRefused);

    /// <summary>Called when the broker refuses an event: its topic, the broker's reason (and, where it can change, the remedy), whether it is for good.</summary>
    public Action<string, string, bool>? Refused { get; set; }

    /// <summary>Takes in the acknowledgements that have come, and fills the window; never waits.</summary>
    /// <param name="hasRoom">Whether the broker takes one more now.</param>
    public void Move(Func<bool> hasRoom)
    {
        while (inFlight.TryPeek(out var oldest) && oldest.Sent.IsCompleted)
        {
            var result = oldest.Sent.GetAwaiter().GetResult(); // complete: throws what went wrong, or returns at once
            inFlight.Dequeue();
            Settle(oldest.Lease, result);
        }

        foreach (var topic in refused.Due(topic => inFlight.Any(sent => sent.Lease.Message.Topic == topic)))
        {
            store.Unpark(topic);
        }

        while (inFlight.Count < (poison.OneAtATime ? 1 : size) && hasRoom() && store.TryLease() is { } lease)
        {
            if (send(lease.Message) is { } sent)
            {
                inFlight.Enqueue((lease, sent));
                _ = sent.ContinueWith(_ => wake(), TaskScheduler.Default);
            }
            else
            {
                GiveUp(lease, "it is longer than the broker takes");
            }
        }

        Volatile.Write(ref topicsRefused, refused.Count);
    }

    /// <summary>The connection is gone: what was in flight goes back to the store, to be sent again.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="hadAnswered">Whether the broker had answered anything; for a lost acknowledgement, whether it had acknowledged anything.</param>
    /// <param name="said">What it said at the end; null for nothing.</param>
    public void Forget(ConnectionEnd end, bool hadAnswered, BrokerAnswer? said)
    {
        var reason = said is null ? (MqttClientDisconnectReason?)null : (MqttClientDisconnectReason)said.Code;
        Lease? oldest = inFlight.TryPeek(out var first) ? first.Lease : null;
        foreach (var (_, sent) in inFlight)
        {
            _ = sent.ContinueWith(static task => task.Exception, TaskScheduler.Default); // observed
        }

        if (end is ConnectionEnd.Closed or ConnectionEnd.Unacknowledged && poison.Ended(oldest?.Position, inFlight.Count, hadAnswered, reason) is not null)
        {
            GiveUp(oldest!.Value, (end, reason) switch
            {
                (ConnectionEnd.Unacknowledged, _) => "the broker never acknowledges it, and acknowledges others",
                (_, { }) => $"the broker closes the connection ({ReasonCode.NameOf(said!.Code)})",
                _ => "the broker closes the connection each time, and says nothing",
            });
        }

        inFlight.Clear();
        store.ReturnLeases();
    }

    private void Settle(Lease lease, MqttClientPublishResult result)
    {
        var answer = new BrokerAnswer((byte)result.ReasonCode, result.ReasonString);
        switch (result.ReasonCode)
        {
            case MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers:
                store.Acknowledge(lease.Position);
                refused.Remove(lease.Message.Topic);
                poison.Acknowledged();
                Interlocked.Increment(ref acknowledged);
                break;
            case MqttClientPublishReasonCode.TopicNameInvalid or MqttClientPublishReasonCode.PayloadFormatInvalid or (MqttClientPublishReasonCode)ReasonCode.PacketTooLarge:
                GiveUp(lease, $"the broker says {answer.OfMessage()}");
                break;
            default:
                // Not authorised, over its quota, or a fault of its own: that can change, so the event waits, and with it its topic, for the order's sake.
                store.Park(lease.Position);
                if (refused.Add(lease.Message.Topic))
                {
                    Refused?.Invoke(lease.Message.Topic, answer.OfMessage(), false);
                }

                break;
        }
    }

    private void GiveUp(Lease lease, string reason)
    {
        store.Discard(lease.Position);
        Refused?.Invoke(lease.Message.Topic, reason, true);
    }
}
