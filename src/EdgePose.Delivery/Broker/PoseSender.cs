using System.Diagnostics.Metrics;

namespace EdgePose.Delivery.Broker;

/// <summary>
/// Sends poses: QoS 0, the newest there are, and never more than the line carries. Nobody acknowledges them, so a slow line would fill its buffers with poses, and
/// the events behind them would be late for minutes. Therefore a ping follows them from time to time. A window limits the bytes ahead of its answer: it grows when the answer comes at once,
/// and shrinks when it is late.
/// </summary>
/// <remarks>Method: additive increase would do as well as this doubling and halving; the window only has to find the line's order of magnitude (RFC 5681 has the idea).</remarks>
/// <param name="send">Sends one, and ends when the socket has taken it; null for one that is longer than the broker takes.</param>
/// <param name="ping">Asks the broker for an answer, and ends with it.</param>
/// <param name="sendDuration">Takes how long handing one to the socket takes, its envelope included, in seconds.</param>
/// <param name="time">The clock.</param>
internal sealed class PoseSender(Func<PoseMessage, Task?> send, Func<Task> ping, Histogram<double> sendDuration, TimeProvider time)
{
    private const int LeastBytes = 4 * 1024; // one message of a few people
    private const int MostBytes = 1024 * 1024;
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private int window = 64 * 1024;
    private int unanswered;
    private int ahead;
    private Task answer = Task.CompletedTask;
    private long askedAt;
    private Task sending = Task.CompletedTask;
    private PoseMessage? message;
    private long sendingSince;
    private long sent;

    /// <summary>Where the pipeline puts pose messages.</summary>
    public PoseOutbox Outbox { get; } = new(64);

    /// <summary>Pose messages handed to the broker.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Sends what the line carries now; never waits. Call <see cref="Forget"/> when it throws: the connection is gone.</summary>
    public void Move()
    {
        TakeAnswer();
        while (TakeSent() && unanswered < window && Outbox.TryTake() is { } next)
        {
            // Noted before it is sent: a connection that is gone by now makes sending throw at once, and Forget gives back what is noted.
            (message, sendingSince, sending) = (next, time.GetTimestamp(), Task.CompletedTask);
            if (send(next) is { } handing)
            {
                sending = handing;
                unanswered += next.Payload.Length;
            }
            else
            {
                message = null;
                Outbox.Return(next, sent: false);
            }
        }

        if (unanswered > 0 && answer.IsCompleted && (unanswered >= window / 2 || time.GetElapsedTime(askedAt) >= Late))
        {
            (ahead, askedAt) = (unanswered, time.GetTimestamp());
            answer = ping();
        }
    }

    /// <summary>The connection is gone: what waits is stale. The next one begins carefully if this one was slow.</summary>
    /// <param name="wasSilent">Whether the broker had fallen silent.</param>
    public void Forget(bool wasSilent)
    {
        window = wasSilent ? LeastBytes : window;
        _ = answer.ContinueWith(static task => task.Exception, TaskScheduler.Default); // observed
        (unanswered, ahead, answer) = (0, 0, Task.CompletedTask);
        if (message is { } interrupted)
        {
            // The client may still read its bytes: it is not used again before it is done.
            message = null;
            _ = sending.ContinueWith(done => { _ = done.Exception; Outbox.Return(interrupted, sent: false); }, TaskScheduler.Default);
            sending = Task.CompletedTask;
        }
    }

    /// <summary>Drops what waits.</summary>
    public void DropWaiting()
    {
        while (Outbox.TryTake() is { } stale)
        {
            Outbox.Return(stale, sent: false);
        }
    }

    private void TakeAnswer()
    {
        if (ahead > 0 && answer.IsCompletedSuccessfully)
        {
            var took = time.GetElapsedTime(askedAt);
            window = took < AtOnce ? Math.Min(MostBytes, window * 2) : took > Late ? Math.Max(LeastBytes, window / 2) : window;
            (unanswered, ahead) = (unanswered - ahead, 0);
        }
    }

    /// <summary>Whether nothing is being handed to the socket; takes in what was.</summary>
    private bool TakeSent()
    {
        if (message is not { } done)
        {
            return true;
        }

        if (!sending.IsCompleted)
        {
            return false;
        }

        message = null;
        Outbox.Return(done, sending.IsCompletedSuccessfully);
        sending.GetAwaiter().GetResult(); // complete: throws what went wrong
        sendDuration.Record(time.GetElapsedTime(sendingSince).TotalSeconds);
        Interlocked.Increment(ref sent);
        return true;
    }
}
