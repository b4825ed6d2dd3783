using EdgePose.Daemon;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>Between the pipeline and the real observer: begins and ends the count, and tells frames with messages about tracks from those without.</summary>
internal sealed class AllocationObserver(IFrameObserver inner, CountingStore store, ThreadLedger ledger, int warmUp, int counted) : IFrameObserver
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] collections = new int[3];
    private long seen;

    public string Name => "allocation";

    public Task Done => done.Task;

    public long People { get; private set; }

    public long PoseFrames { get; private set; }

    public long PoseFrameBytes { get; private set; }

    public long EventFrameBytes { get; private set; }

    public long ProcessBytes { get; private set; }

    public int Gen0 => collections[0];

    public int Gen1 => collections[1];

    public int Gen2 => collections[2];

    public void Observe(in FrameResult result)
    {
        if (result.Picture is null)
        {
            inner.Observe(result);
            return;
        }

        if (seen == 0)
        {
            ledger.Name(ThreadLedger.PipelineThread);
        }

        var isCounted = seen >= warmUp && seen < warmUp + counted;
        if (seen == warmUp)
        {
            store.Reset();
            ProcessBytes = -GC.GetTotalAllocatedBytes(precise: true);
            CountCollections(-1);
            ledger.Begin();
            ledger.GetTimestamp(); // this thread is counted from here on
        }

        var (events, before) = (store.Appended, GC.GetAllocatedBytesForCurrentThread());
        inner.Observe(result);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        if (isCounted)
        {
            People += result.Visible.Length;
            if (store.Appended > events)
            {
                EventFrameBytes += bytes;
            }
            else
            {
                PoseFrames++;
                PoseFrameBytes += bytes;
            }
        }

        if (++seen == warmUp + counted)
        {
            ledger.End();
            ProcessBytes += GC.GetTotalAllocatedBytes(precise: true);
            CountCollections(1);
            done.SetResult();
        }
    }

    private void CountCollections(int sign)
    {
        for (var generation = 0; generation < collections.Length; generation++)
        {
            collections[generation] += sign * GC.CollectionCount(generation);
        }
    }
}
