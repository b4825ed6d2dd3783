namespace EdgePose.Delivery.Broker;

/// <summary>
/// Finds the terms on which a broker takes a connection, from its answers to one try after the other. A broker of MQTT 5 names what it does not take. One of 3.1.1 has no such
/// answer and closes the connection, so lesser terms are tried there; they hold only when the full ones have failed once more after them.
/// </summary>
/// <param name="asked">The configured version.</param>
internal sealed class TermsSearch(MqttVersion asked)
{
    /// <summary>After this many connections in a row that were closed unanswered, lesser terms are tried again: the broker may have been away behind its proxy before.</summary>
    private const int ClosedBeforeLesser = 10;

    private static readonly (bool Retains, bool Acknowledges)[] Lesser = [(false, true), (true, false), (false, false)];

    private bool retains = true; // until a broker of MQTT 5 ends a connection because of it
    private bool acknowledges = true;
    private int lesser = -1; // which of Lesser is being tried
    private int confirming = -1; // which of Lesser was taken, while the full terms are tried once more
    private int closed;

    /// <summary>What is to be tried now.</summary>
    public BrokerTerms Current { get; private set; } = new(First(asked));

    /// <summary>Another connection is wanted.</summary>
    public void Begin() => Current = Current.Version == MqttVersion.V5 ? Full(MqttVersion.V5) : Current; // MQTT 5 says it each time

    /// <summary>A connection of MQTT 5 ended with a reason.</summary>
    /// <param name="code">The broker's reason code.</param>
    public void Ended(byte code) => (retains, acknowledges) = (retains && code != ReasonCode.RetainNotSupported, acknowledges && code != ReasonCode.QosNotSupported);

    /// <summary>A connection was taken on <see cref="Current"/>.</summary>
    /// <returns>Whether it is to be used; else it is to be closed, and <see cref="Current"/> tried.</returns>
    public bool Taken()
    {
        if (lesser >= 0 && confirming != lesser)
        {
            (confirming, lesser) = (lesser, -1);
            Current = Full(MqttVersion.V311);
            return false;
        }

        (closed, lesser, confirming) = (0, -1, -1);
        return true;
    }

    /// <summary>A connection was refused with a reason.</summary>
    /// <param name="code">The broker's reason code of MQTT 5, or the one that says the same.</param>
    /// <param name="isOldForm">Whether the answer was one of MQTT 3.1.1 to a connection of MQTT 5.</param>
    /// <returns>Whether <see cref="Current"/> is to be tried at once.</returns>
    public bool Refused(byte code, bool isOldForm)
    {
        closed = 0;
        if (asked == MqttVersion.Auto && Current.Version == MqttVersion.V5 && (isOldForm || code == ReasonCode.UnsupportedProtocolVersion))
        {
            return Try(Full(MqttVersion.V311));
        }

        return code switch
        {
            ReasonCode.RetainNotSupported when Current.Retains => Try(Current with { Retains = false }),
            ReasonCode.QosNotSupported when Current.Acknowledges => Try(Current with { Acknowledges = false }),
            _ => GiveUp(),
        };
    }

    /// <summary>The broker closed the connection without an answer.</summary>
    /// <returns>Whether <see cref="Current"/> is to be tried at once.</returns>
    public bool Closed()
    {
        if (Current.Version == MqttVersion.V5)
        {
            return asked == MqttVersion.Auto ? Try(Full(MqttVersion.V311)) : GiveUp();
        }

        if (confirming >= 0 && lesser < 0)
        {
            lesser = confirming; // the full terms failed again
            return Try(Of(lesser));
        }

        if (lesser < 0 && closed++ % ClosedBeforeLesser != 0)
        {
            return GiveUp();
        }

        return ++lesser < Lesser.Length ? Try(Of(lesser)) : GiveUp();
    }

    /// <summary>The try failed in a way that says nothing about terms.</summary>
    public void Failed() => GiveUp();

    private bool Try(BrokerTerms next)
    {
        Current = next;
        return true;
    }

    private bool GiveUp()
    {
        (lesser, confirming) = (-1, -1);
        Current = Full(First(asked));
        return false;
    }

    private static MqttVersion First(MqttVersion asked) => asked == MqttVersion.Auto ? MqttVersion.V5 : asked;

    private BrokerTerms Full(MqttVersion version) => new(version) { Retains = retains, Acknowledges = acknowledges };

    private static BrokerTerms Of(int lesser) => new(MqttVersion.V311) { Retains = Lesser[lesser].Retains, Acknowledges = Lesser[lesser].Acknowledges };
}
