using MQTTnet;
using MQTTnet.Exceptions;

namespace EdgePose.Daemon.Publishing;

/// <summary>
/// The events that are on their way to the broker and not acknowledged yet: a bounded number, in the order of the store. An event leaves the store only when
/// the broker has acknowledged it.
/// </summary>
/// <param name="store">Where events wait.</param>
/// <param name="size">The most events in flight.</param>
/// <param name="send">Sends one, and ends with the broker's acknowledgement.</param>
/// <param name="wake">Called when an acknowledgement has come, on any thread.</param>
internal sealed class EventWindow(IEventStore store, int size, Func<StoredMessage, Task<MqttClientPublishResult>> send, Action wake)
{
    private readonly Queue<(StoredMessage Message, Task<MqttClientPublishResult> Sent)> inFlight = new();
    private long acknowledged;

    /// <summary>Events that the broker has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Fills the window, and takes in the acknowledgements that have come; waits only while the window is full.</summary>
    /// <exception cref="MqttCommunicationException">The broker refused an event, or the connection is gone.</exception>
    public async Task MoveAsync()
    {
        while (true)
        {
            while (inFlight.Count < size && store.TryLease() is { } message)
            {
                var sent = send(message);
                inFlight.Enqueue((message, sent));
                _ = sent.ContinueWith(_ => wake(), TaskScheduler.Default);
            }

            if (!inFlight.TryPeek(out var oldest) || (!oldest.Sent.IsCompleted && inFlight.Count < size))
            {
                return;
            }

            var result = await oldest.Sent.ConfigureAwait(false);
            inFlight.Dequeue();
            if (!result.IsSuccess)
            {
                throw new MqttCommunicationException($"the broker refused a message ({result.ReasonCode}); check what this user may publish to");
            }

            store.Acknowledge(oldest.Message.Sequence);
            Interlocked.Increment(ref acknowledged);
        }
    }

    /// <summary>The connection is gone: what was in flight goes back to the store, to be sent again.</summary>
    public void Forget()
    {
        foreach (var (_, sent) in inFlight)
        {
            _ = sent.ContinueWith(static task => task.Exception, TaskScheduler.Default); // observed
        }

        inFlight.Clear();
        store.ReturnLeases();
    }
}
