namespace EdgePose.Delivery.Broker;

/// <summary>
/// Notices a broker that no longer answers: nothing at all came within five seconds (or the keep-alive, if that is shorter) although something is owed. What counts
/// is that any answer comes, so that a slow line, where each takes its turn, is not mistaken for a dead one. When nothing is owed for half a keep-alive, a ping asks for
/// an answer; so a connection that is half open is noticed within one and a half of it. MQTTnet's own keep-alive does not do: it pings only when nothing was sent.
/// </summary>
/// <remarks>
/// Notices an answer that is lost, too: what was sent after it has been answered, for five seconds, and it has not. A line keeps the order, however slow, so the broker had it by
/// then. Brokers that acknowledge out of order (MQTT 5, 4.6, forbids it) have those five seconds. When something is owed and nothing has come for a second, a ping makes sure that something is sent after it.
/// A broker may answer pings at once and take its time to acknowledge (it stores first): one that acknowledged nothing in such a connection is given twice as long in the next, a minute at
/// most, until it acknowledges without being overtaken; else each connection would end as the one before, and nothing would ever arrive.
/// </remarks>
internal sealed class BrokerWatch(TimeProvider time)
{
    private static readonly TimeSpan AsksAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly LinkedList<Answer> owed = []; // in the order of sending
    private TimeSpan keepAlive;
    private TimeSpan patience;
    private TimeSpan patienceOvertaken = BrokerOptions.Timeout; // outlives the connection
    private bool hasLost;
    private long lastSign;
    private int connection;

    /// <summary>Answers that are owed.</summary>
    public int Owed
    {
        get
        {
            lock (gate)
            {
                return owed.Count;
            }
        }
    }

    /// <summary>Whether the broker answered anything since <see cref="Begin"/>.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Whether the broker acknowledged a message since <see cref="Begin"/>.</summary>
    public bool HasAcknowledged { get; private set; }

    /// <summary>Whether it is time to ask for an answer.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (gate)
            {
                return time.GetElapsedTime(lastSign) >= (owed.Count == 0 ? keepAlive / 2 : AsksAfter);
            }
        }
    }

    /// <summary>A connection begins.</summary>
    /// <param name="interval">Its keep-alive.</param>
    public void Begin(TimeSpan interval)
    {
        lock (gate)
        {
            (keepAlive, patience) = (interval, interval < BrokerOptions.Timeout ? interval : BrokerOptions.Timeout);
            patienceOvertaken = hasLost && !HasAcknowledged ? TimeSpan.FromTicks(Math.Min(2 * patienceOvertaken.Ticks, MostPatience.Ticks)) : patienceOvertaken;
            hasLost = false;
            connection++;
            owed.Clear();
            (HasAnswered, HasAcknowledged, lastSign) = (false, false, time.GetTimestamp());
        }
    }

    /// <summary>Counts an answer that is owed, until it comes. Called in the order of sending.</summary>
    /// <param name="answer">Ends with the answer.</param>
    /// <param name="isAcknowledgement">Whether a message is acknowledged by it, and not a ping answered.</param>
    public T Expect<T>(T answer, bool isAcknowledgement)
        where T : Task
    {
        lock (gate)
        {
            lastSign = owed.Count == 0 ? time.GetTimestamp() : lastSign;
            var place = owed.AddLast(new Answer(connection, isAcknowledgement));
            _ = answer.ContinueWith(done => Answered(place, done.IsCompletedSuccessfully), TaskScheduler.Default);
        }

        return answer;
    }

    /// <summary>Looks whether the broker is silent, or leaves something out.</summary>
    /// <exception cref="TimeoutException">It is silent.</exception>
    /// <exception cref="AcknowledgementLostException">It answers, but not what was sent before.</exception>
    public void Check()
    {
        lock (gate)
        {
            if (owed.Count > 0 && time.GetElapsedTime(lastSign) > patience)
            {
                throw new TimeoutException($"the broker has answered nothing for {patience.TotalSeconds:0} s");
            }

            // Only acknowledgements keep the order (MQTT 5, 4.6): a ping's answer may be overtaken, and nothing is lost with it.
            var first = owed.First;
            while (first is { Value.IsAcknowledgement: false })
            {
                first = first.Next;
            }

            if (first?.Value.OvertakenAt is { } overtaken && time.GetElapsedTime(overtaken) > patienceOvertaken)
            {
                hasLost = true;
                throw new AcknowledgementLostException(patienceOvertaken);
            }
        }
    }

    private void Answered(LinkedListNode<Answer> place, bool well)
    {
        lock (gate)
        {
            if (place.Value.Connection != connection)
            {
                return;
            }

            if (well)
            {
                patienceOvertaken = place.Value is { IsAcknowledgement: true, OvertakenAt: null } ? BrokerOptions.Timeout : patienceOvertaken;
                (lastSign, HasAnswered, HasAcknowledged) = (time.GetTimestamp(), true, HasAcknowledged || place.Value.IsAcknowledgement);
                for (var before = place.Previous; before is { Value.OvertakenAt: null }; before = before.Previous)
                {
                    before.Value.OvertakenAt = lastSign; // what is before one that was overtaken was overtaken as well
                }
            }

            owed.Remove(place);
        }
    }

    /// <summary>An answer that is owed.</summary>
    private sealed class Answer(int connection, bool isAcknowledgement)
    {
        public int Connection { get; } = connection;

        public bool IsAcknowledgement { get; } = isAcknowledgement;

        /// <summary>When something that was sent later was answered first; null while none was.</summary>
        public long? OvertakenAt { get; set; }
    }
}
