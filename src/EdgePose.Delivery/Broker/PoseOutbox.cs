namespace EdgePose.Delivery.Broker;

/// <summary>Pose messages on their way from the pipeline to the publisher: a few, the newest; when it is full the oldest makes way and is counted. Allocates nothing.</summary>
public sealed class PoseOutbox
{
    private readonly Lock gate = new();
    private readonly Queue<PoseMessage> full;
    private readonly Stack<PoseMessage> empty;
    private long dropped;
    private long capped;

    /// <summary>Makes an outbox of <paramref name="capacity"/> messages.</summary>
    public PoseOutbox(int capacity)
    {
        full = new Queue<PoseMessage>(capacity);
        empty = new Stack<PoseMessage>(Enumerable.Range(0, capacity).Select(_ => new PoseMessage()));
    }

    /// <summary>Messages that were never sent.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Messages that were never written because of the configured rate.</summary>
    public long Capped => Interlocked.Read(ref capped);

    /// <summary>Counts a message that is left out because of the configured rate.</summary>
    public void CountCapped() => Interlocked.Increment(ref capped);

    /// <summary>An empty message to write into; give it to <see cref="Post"/>.</summary>
    public PoseMessage Rent()
    {
        lock (gate)
        {
            if (!empty.TryPop(out var message))
            {
                message = full.Dequeue();
                dropped++;
            }

            message.Clear();
            return message;
        }
    }

    /// <summary>Puts a message in line.</summary>
    public void Post(PoseMessage message)
    {
        lock (gate)
        {
            full.Enqueue(message);
        }
    }

    /// <summary>The oldest message in line; give it to <see cref="Return"/>. Null when there is none.</summary>
    public PoseMessage? TryTake()
    {
        lock (gate)
        {
            return full.TryDequeue(out var message) ? message : null;
        }
    }

    /// <summary>Gives a message back.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sent">Whether it was sent; else it counts as dropped.</param>
    public void Return(PoseMessage message, bool sent)
    {
        lock (gate)
        {
            dropped += sent ? 0 : 1;
            empty.Push(message);
        }
    }
}
