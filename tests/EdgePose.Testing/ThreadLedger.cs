using System.Collections.Concurrent;

namespace EdgePose.Testing;

/// <summary>
/// A clock that notes, whenever a thread asks it for the time, what that thread has allocated so far. Every thread of the hot path asks at least once a frame, so
/// the hot path can be counted thread by thread without a change to it.
/// </summary>
internal sealed class ThreadLedger : TimeProvider
{
    public const string PipelineThread = "network";

    [ThreadStatic]
    private static Entry? mine;

    private readonly ConcurrentQueue<Entry> entries = new();
    private volatile bool isCounting;

    public override long GetTimestamp()
    {
        Note();
        return base.GetTimestamp();
    }

    /// <summary>Begins to count.</summary>
    public void Begin() => isCounting = true;

    /// <summary>Counts no further.</summary>
    public void End() => isCounting = false;

    /// <summary>Gives the calling thread a name in the report.</summary>
    public void Name(string name) => Mine().Name = name;

    /// <summary>Threads that were seen at least fifty times while it counted, and what each allocated between the first and the last.</summary>
    public IEnumerable<(string Name, long Bytes)> Threads() => entries.Where(entry => entry.Seen >= 50).Select(entry => (entry.Name, entry.Last - entry.First));

    private void Note()
    {
        var entry = Mine();
        if (!isCounting)
        {
            return;
        }

        entry.Last = GC.GetAllocatedBytesForCurrentThread();
        if (entry.Seen++ == 0)
        {
            entry.First = entry.Last;
        }
    }

    private Entry Mine()
    {
        if (mine is null || mine.Ledger != this)
        {
            var name = Thread.CurrentThread.Name;
            mine = new Entry { Ledger = this, Name = name is null or ".NET Long Running Task" ? "camera reader" : name };
            entries.Enqueue(mine);
        }

        return mine;
    }

    private sealed class Entry
    {
        public required ThreadLedger Ledger { get; init; }

        public string Name { get; set; } = "";

        public long First { get; set; }

        public long Last { get; set; }

        public long Seen { get; set; }
    }
}
