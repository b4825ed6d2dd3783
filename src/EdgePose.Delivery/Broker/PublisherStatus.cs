using System.Diagnostics.Metrics;
using EdgePose.Delivery.Spool;

namespace EdgePose.Delivery.Broker;

/// <summary>How the connection to the broker stands.</summary>
/// <param name="IsConnected">Whether there is one.</param>
/// <param name="LastFault">Why the last try failed, with a remedy; empty when it did not.</param>
/// <param name="Terms">What the broker takes; null while there is no connection.</param>
/// <param name="PosesSent">Pose messages handed to the broker.</param>
/// <param name="PosesDropped">Pose messages that were not, because the broker was away or slow, or takes none of that length.</param>
/// <param name="PosesCapped">Pose messages that were left out because of the configured rate.</param>
/// <param name="EventsSent">Events that the broker acknowledged.</param>
/// <param name="TopicsRefused">Topics whose events wait because the broker does not take them from this user.</param>
/// <param name="Events">How the store of events stands.</param>
public sealed record PublisherStatus(
    bool IsConnected, string LastFault, BrokerTerms? Terms, long PosesSent, long PosesDropped, long PosesCapped, long EventsSent, int TopicsRefused, StoreStatus Events)
{
    /// <summary>Events that wait for the broker, those in flight included.</summary>
    public int EventsWaiting => Events.Count;

    /// <summary>Events that were dropped, whatever the cause.</summary>
    public long EventsDropped => Events.Dropped.Total;

    /// <summary>Messages by kind and outcome, as a counter reports them.</summary>
    public Measurement<long>[] Messages()
    {
        return
        [
            Of(PosesSent, "pose", "sent"), Of(PosesDropped, "pose", "dropped"), Of(PosesCapped, "pose", "capped"),
            Of(EventsSent, "event", "acknowledged"), Of(EventsDropped, "event", "dropped"),
        ];
        static Measurement<long> Of(long count, string kind, string outcome) => new(count, new("kind", kind), new("outcome", outcome));
    }
}
