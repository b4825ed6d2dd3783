namespace EdgePose.Daemon.Publishing;

/// <summary>How the connection to the broker stands.</summary>
/// <param name="IsConnected">Whether there is one.</param>
/// <param name="LastFault">Why the last try failed, with a remedy; empty when it did not.</param>
/// <param name="PosesSent">Pose messages handed to the broker.</param>
/// <param name="PosesDropped">Pose messages that were not, because the broker was away or slow.</param>
/// <param name="PosesCapped">Pose messages that were left out because of the configured rate.</param>
/// <param name="EventsSent">Events that the broker acknowledged.</param>
/// <param name="EventsWaiting">Events that wait for it.</param>
/// <param name="EventsDropped">Events that were dropped because too many waited.</param>
public sealed record PublisherStatus(
    bool IsConnected, string LastFault, long PosesSent, long PosesDropped, long PosesCapped, long EventsSent, int EventsWaiting, long EventsDropped);
