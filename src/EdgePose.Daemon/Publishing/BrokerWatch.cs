namespace EdgePose.Daemon.Publishing;

/// <summary>
/// Notices a broker that no longer answers: nothing at all came within five seconds (or the keep-alive, if that is shorter) although something is owed. What counts
/// is that any answer comes, so that a slow line, where each takes its turn, is not mistaken for a dead one. When nothing is owed for half a keep-alive, a ping asks for
/// an answer; so a connection that is half open is noticed within one and a half of it. MQTTnet's own keep-alive does not do: it pings only when nothing was sent.
/// </summary>
internal sealed class BrokerWatch(TimeProvider time)
{
    private readonly Lock gate = new();
    private TimeSpan keepAlive;
    private TimeSpan patience;
    private long lastSign;
    private int connection;

    /// <summary>Answers that are owed.</summary>
    public int Owed { get; private set; }

    /// <summary>Whether the broker answered anything since <see cref="Begin"/>.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Whether it is time to ask for an answer.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (gate)
            {
                return Owed == 0 && time.GetElapsedTime(lastSign) >= keepAlive / 2;
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
            connection++;
            (Owed, HasAnswered, lastSign) = (0, false, time.GetTimestamp());
        }
    }

    /// <summary>Counts an answer that is owed, until it comes.</summary>
    public Task<T> Expect<T>(Task<T> answer)
    {
        lock (gate)
        {
            lastSign = Owed++ == 0 ? time.GetTimestamp() : lastSign;
            var asked = connection;
            _ = answer.ContinueWith(done => Answered(asked, done.IsCompletedSuccessfully), TaskScheduler.Default);
        }

        return answer;
    }

    /// <summary>Looks whether the broker is silent.</summary>
    /// <exception cref="TimeoutException">It is.</exception>
    public void Check()
    {
        lock (gate)
        {
            if (Owed > 0 && time.GetElapsedTime(lastSign) > patience)
            {
                throw new TimeoutException($"the broker has answered nothing for {patience.TotalSeconds:0} s");
            }
        }
    }

    private void Answered(int asked, bool well)
    {
        lock (gate)
        {
            if (asked == connection)
            {
                Owed--;
                (lastSign, HasAnswered) = well ? (time.GetTimestamp(), true) : (lastSign, HasAnswered);
            }
        }
    }
}
