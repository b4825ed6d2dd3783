using EdgePose.Daemon.Publishing;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>The daemon's store of events in memory, and how many came in.</summary>
internal sealed class CountingStore : IEventStore
{
    private readonly MemoryEventStore inner = new(10_000);

    /// <summary>Since the last <see cref="Reset"/>; read on the pipeline's thread, which is the one that appends.</summary>
    public long Appended { get; private set; }

    public int Count => inner.Count;

    public long Dropped => inner.Dropped;

    public void Reset() => Appended = 0;

    public void Append(StoredMessage message)
    {
        Appended++;
        inner.Append(message);
    }

    public StoredMessage? TryLease() => inner.TryLease();

    public void Acknowledge(long sequence) => inner.Acknowledge(sequence);

    public void ReturnLeases() => inner.ReturnLeases();
}
