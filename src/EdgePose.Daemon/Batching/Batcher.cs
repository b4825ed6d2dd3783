using EdgePose.Cameras.Frames;

namespace EdgePose.Daemon.Batching;

/// <summary>
/// Gathers the newest frame of each due camera into a batch. It releases the batch when it is full, when every live camera has given its frame, or when the oldest frame has waited long
/// enough. One thread takes batches.
/// </summary>
public sealed class Batcher
{
    /// <summary>A camera that has sent nothing for so long is not waited for.</summary>
    private static readonly TimeSpan LiveWithin = TimeSpan.FromSeconds(1);

    /// <summary>How long the batcher sleeps at most before it looks at its deadlines again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly CameraSet cameras;
    private readonly FrameSignal signal;
    private readonly TimeProvider time;
    private readonly long origin;
    private CameraFeed[] feeds; // an array: the enumerator of an interface would be an object at each wait
    private FairQueue queue;
    private bool[] ready;
    private long maxDelayTicks;

    /// <summary>Makes a batcher of cameras that stay the same.</summary>
    /// <inheritdoc cref="Batcher(CameraSet, TimeSpan, FrameSignal, TimeProvider)"/>
    public Batcher(IReadOnlyList<CameraFeed> feeds, TimeSpan maxDelay, FrameSignal signal, TimeProvider time)
        : this(new CameraSet(feeds), maxDelay, signal, time)
    {
    }

    /// <summary>Makes a batcher.</summary>
    /// <param name="cameras">The cameras.</param>
    /// <param name="maxDelay">How long the oldest frame of a batch may wait for company.</param>
    /// <param name="signal">Set by every camera's mailbox when a frame arrives.</param>
    /// <param name="time">The clock.</param>
    public Batcher(CameraSet cameras, TimeSpan maxDelay, FrameSignal signal, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(cameras);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(time);
        (this.cameras, this.signal, this.time, maxDelayTicks) = (cameras, signal, time, maxDelay.Ticks);
        origin = time.GetTimestamp();
        feeds = cameras.Adopt();
        queue = new FairQueue(Priorities(feeds));
        ready = new bool[feeds.Length];
    }

    /// <summary>The cameras.</summary>
    public CameraSet Cameras => cameras;

    /// <summary>How long the oldest frame of a batch may wait for company; may be changed while batches are taken.</summary>
    public TimeSpan MaxDelay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref maxDelayTicks));
        set => Interlocked.Exchange(ref maxDelayTicks, value.Ticks);
    }

    /// <summary>Makes a waiting <see cref="TryTake"/> look again: at its token, and at the set of cameras.</summary>
    public void Wake() => signal.Set();

    /// <summary>Waits for frames and fills <paramref name="batch"/>.</summary>
    /// <returns>False when <paramref name="stop"/> was set, or every camera has ended and all its frames were taken.</returns>
    public bool TryTake(Batch batch, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var deadline = TimeSpan.MaxValue;
        while (!stop.IsCancellationRequested)
        {
            Adopt();
            var now = time.GetElapsedTime(origin);
            var (readyCount, awaited, nextDue) = Look(now);
            if (readyCount > 0 && deadline == TimeSpan.MaxValue)
            {
                deadline = now + MaxDelay;
            }

            if (readyCount >= batch.Capacity || (readyCount > 0 && (awaited == 0 || now >= deadline)))
            {
                Fill(batch, now);
                return true;
            }

            if (readyCount == 0 && AllEnded())
            {
                return false;
            }

            var until = Min(Min(deadline, nextDue) - now, Patience);
            signal.Wait(until > TimeSpan.Zero ? until : TimeSpan.FromMilliseconds(1));
        }

        return false;
    }

    /// <summary>Takes over the set of cameras if it was exchanged. On the thread that takes batches.</summary>
    internal void Adopt()
    {
        if (!ReferenceEquals(feeds, cameras.Current))
        {
            Take(cameras.Adopt());
        }
    }

    private void Take(CameraFeed[] next) // apart from Adopt, which would make an object for the lambda at each look
    {
        var before = feeds;
        feeds = next;
        queue = queue.With(Priorities(next), Array.ConvertAll(next, feed => Array.IndexOf(before, feed)));
        ready = new bool[next.Length];
    }

    /// <summary>Which cameras have a frame that may be taken, how many more may still give one in time, and when the next capped one is due.</summary>
    private (int Ready, int Awaited, TimeSpan NextDue) Look(TimeSpan now)
    {
        int readyCount = 0, awaited = 0;
        var nextDue = TimeSpan.MaxValue;
        for (var i = 0; i < feeds.Length; i++)
        {
            var feed = feeds[i];
            var due = feed.Cap.IsDue(now);
            ready[i] = due && feed.Mailbox.HasFrame;
            readyCount += ready[i] ? 1 : 0;
            if (!due && feed.Mailbox.HasFrame)
            {
                nextDue = Min(nextDue, feed.Cap.Due);
            }

            awaited += due && !ready[i] && feed.IsLive(LiveWithin) ? 1 : 0;
        }

        return (readyCount, awaited, nextDue);
    }

    private void Fill(Batch batch, TimeSpan now)
    {
        while (batch.Count < batch.Capacity)
        {
            var next = queue.Next(ready);
            if (next < 0)
            {
                return;
            }

            ready[next] = false;
            if (feeds[next].Mailbox.TryTake() is { } frame)
            {
                batch.Add(feeds[next], frame);
                feeds[next].Cap.Take(now);
                feeds[next].Mailbox.HeldUntil = origin + (long)(feeds[next].Cap.Due.TotalSeconds * time.TimestampFrequency);
                queue.Serve(next, feeds[next].Cost);
            }
        }
    }

    /// <summary>Whether no more frames can come. A set without a camera has not ended: one may be added.</summary>
    private bool AllEnded()
    {
        foreach (var feed in feeds)
        {
            if (!feed.HasEnded || feed.Mailbox.HasFrame)
            {
                return false;
            }
        }

        return feeds.Length > 0;
    }

    private static int[] Priorities(CameraFeed[] feeds) => Array.ConvertAll(feeds, feed => feed.Config.Priority);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
