using MQTTnet;

namespace EdgePose.Delivery.Broker;

/// <summary>Sends retained messages: the latest of each topic, until the broker has taken it. A topic that is refused is sent again after a pause, as <see cref="EventWindow"/> does with events.</summary>
/// <param name="send">Sends one, and ends with the broker's acknowledgement; null for one that is longer than the broker takes.</param>
/// <param name="wake">Called when an acknowledgement has come, on any thread.</param>
/// <param name="time">The clock.</param>
internal sealed class RetainedSender(Func<string, byte[], Task<MqttClientPublishResult>?> send, Action wake, TimeProvider time)
{
    private readonly RetainedMessages messages = new();
    private readonly RefusedTopics refused = new(time);
    private readonly Queue<(string Topic, byte[] Payload, Task<MqttClientPublishResult> Sent)> inFlight = new();

    /// <summary>Called when the broker refuses a topic for now: the topic, the broker's reason, and whether it is for good.</summary>
    public Action<string, string, bool>? Refused { get; set; }

    /// <summary>Sets a topic's payload, on any thread.</summary>
    public void Post(string topic, byte[] payload) => messages.Post(topic, payload);

    /// <summary>Takes in the acknowledgements that have come, and sends what the broker takes now; never waits.</summary>
    /// <param name="hasRoom">Whether the broker takes one more now.</param>
    public void Move(Func<bool> hasRoom)
    {
        while (inFlight.TryPeek(out var oldest) && oldest.Sent.IsCompleted)
        {
            inFlight.Dequeue();
            if (oldest.Sent.IsCompletedSuccessfully) // else the connection has failed, and the next one sends all again
            {
                Settle(oldest.Topic, oldest.Payload, oldest.Sent.Result);
            }
        }

        foreach (var topic in refused.Due(static _ => false))
        {
            messages.Again(topic);
        }

        while (hasRoom() && messages.TryTake(refused.IsPausing, out var topic, out var payload))
        {
            if (send(topic, payload) is { } sent)
            {
                inFlight.Enqueue((topic, payload, sent));
                _ = sent.ContinueWith(done => { _ = done.Exception; wake(); }, TaskScheduler.Default);
            }
        }
    }

    /// <summary>A new connection: the broker may know none of them.</summary>
    public void Begin()
    {
        inFlight.Clear();
        messages.ForgetSent();
    }

    private void Settle(string topic, byte[] payload, MqttClientPublishResult result)
    {
        switch (result.ReasonCode)
        {
            case MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers:
                messages.Arrived(topic, payload);
                refused.Remove(topic);
                break;
            default:
                // Also when it is about the message itself: the next payload of the topic may be another, and a try a minute costs nothing.
                if (refused.Add(topic))
                {
                    Refused?.Invoke(topic, new BrokerAnswer((byte)result.ReasonCode, result.ReasonString).OfMessage(), false);
                }

                break;
        }
    }
}
