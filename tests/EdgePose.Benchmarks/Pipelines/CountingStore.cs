using EdgePose.Delivery.Spool;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The daemon's store of events in memory, and how many came in.</summary>
internal sealed class CountingStore : IEventStore
{
    private readonly MemoryEventStore inner = new(20_000_000, TimeSpan.FromHours(1), TimeProvider.System);

    /// <summary>Since the last <see cref="Reset"/>; read on the pipeline's thread, which is the one that appends.</summary>
    public long Appended { get; private set; }

    public StoreStatus Status => inner.Status;

    public int Count => inner.Count;

    public Action? Ready
    {
        get => inner.Ready;
        set => inner.Ready = value;
    }

    public void Reset() => Appended = 0;

    public void Append(StoredMessage message)
    {
        Appended++;
        inner.Append(message);
    }

    public Lease? TryLease() => inner.TryLease();

    public void Acknowledge(long position) => inner.Acknowledge(position);

    public void Discard(long position) => inner.Discard(position);

    public void Park(long position) => inner.Park(position);

    public void Unpark(string topic) => inner.Unpark(topic);

    public void ReturnLeases() => inner.ReturnLeases();

    public void Dispose() => inner.Dispose();
}
