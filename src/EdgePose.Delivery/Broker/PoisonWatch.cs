using MQTTnet;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Finds the message at which the broker closes the connection each time, so that it does not keep the others from arriving for ever. A broker that fails looks
/// much the same, and no good message may be dropped for that: a message is suspected when the connection ended with it in flight and nothing of the window acknowledged, after the
/// broker had answered something else; then it is sent alone, and only when that ends the connection again and again is it the one.
/// </summary>
internal sealed class PoisonWatch
{
    /// <summary>How often a message that was sent alone must end the connection when the broker says that the message is why.</summary>
    private const int EndsWithReason = 2;

    /// <summary>The same when the broker says nothing: minutes of tries, with their pauses.</summary>
    private const int EndsWithoutReason = 10;

    private long suspect;
    private int ends;

    /// <summary>Whether events must be sent one at a time, to find out which it is.</summary>
    public bool OneAtATime { get; private set; }

    /// <summary>The broker acknowledged an event: it is none of those.</summary>
    public void Acknowledged() => (OneAtATime, ends) = (false, 0);

    /// <summary>The connection has ended by the broker's doing.</summary>
    /// <param name="oldest">The oldest event in flight, or null.</param>
    /// <param name="inFlight">How many there were.</param>
    /// <param name="hadAnswered">Whether the broker had answered anything in this connection.</param>
    /// <param name="reason">What it said at the end.</param>
    /// <returns>The position of the message that must be given up; null when there is none.</returns>
    public long? Ended(long? oldest, int inFlight, bool hadAnswered, MqttClientDisconnectReason? reason)
    {
        if (oldest is not { } position || !hadAnswered || IsAboutTheConnection(reason))
        {
            return null;
        }

        OneAtATime = true;
        if (inFlight > 1)
        {
            return null;
        }

        ends = position == suspect ? ends + 1 : 1;
        suspect = position;
        if (ends < (IsAboutTheMessage(reason) ? EndsWithReason : EndsWithoutReason))
        {
            return null;
        }

        Acknowledged();
        return position;
    }

    /// <summary>Whether the broker would have ended the connection without any message: none is suspected then.</summary>
    private static bool IsAboutTheConnection(MqttClientDisconnectReason? reason) => reason is
        MqttClientDisconnectReason.SessionTakenOver or MqttClientDisconnectReason.ServerShuttingDown or MqttClientDisconnectReason.ServerBusy or MqttClientDisconnectReason.KeepAliveTimeout
        or MqttClientDisconnectReason.AdministrativeAction or MqttClientDisconnectReason.UseAnotherServer or MqttClientDisconnectReason.ServerMoved
        or MqttClientDisconnectReason.ConnectionRateExceeded or MqttClientDisconnectReason.MaximumConnectTime or MqttClientDisconnectReason.RetainNotSupported
        or MqttClientDisconnectReason.QosNotSupported or MqttClientDisconnectReason.QuotaExceeded or MqttClientDisconnectReason.MessageRateTooHigh;

    private static bool IsAboutTheMessage(MqttClientDisconnectReason? reason) => reason is
        MqttClientDisconnectReason.PacketTooLarge or MqttClientDisconnectReason.MalformedPacket or MqttClientDisconnectReason.ProtocolError
        or MqttClientDisconnectReason.TopicNameInvalid or MqttClientDisconnectReason.PayloadFormatInvalid;
}
