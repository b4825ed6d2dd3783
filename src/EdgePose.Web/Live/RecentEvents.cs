namespace EdgePose.Web.Live;

/// <summary>The last events of the device, for a person who opens the page: lines of the log, and tracks. Any thread may add and read.</summary>
internal sealed class RecentEvents(TimeProvider time)
{
    /// <summary>About what a person scrolls through; the log has them all.</summary>
    public const int Most = 60;

    private readonly Lock gate = new();
    private readonly Queue<RecentEvent> events = new(Most);

    /// <summary>How many there were since the start; a reader sees by it whether there are new ones.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one; the oldest makes way.</summary>
    /// <param name="kind"><c>info</c>, <c>warning</c>, <c>error</c> or <c>track</c>.</param>
    /// <param name="camera">The camera; empty for the device.</param>
    /// <param name="text">One line.</param>
    public void Add(string kind, string camera, string text)
    {
        lock (gate)
        {
            if (events.Count == Most)
            {
                events.Dequeue();
            }

            events.Enqueue(new RecentEvent(time.GetUtcNow(), kind, camera, text));
            Count++;
        }
    }

    /// <summary>All of them, the oldest first.</summary>
    public RecentEvent[] All()
    {
        lock (gate)
        {
            return [.. events];
        }
    }
}

/// <summary>One event.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Camera">The camera; empty for the device.</param>
/// <param name="Text">One line.</param>
internal sealed record RecentEvent(DateTimeOffset At, string Kind, string Camera, string Text);
