using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Overload;
using EdgePose.Delivery.Spool;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A real spool's file whose transactions wait for a gate, as on a disk that hangs, or are refused.</summary>
internal sealed class GatedDisk(string path) : IDisposable
{
    private int commits;

    public ManualResetEventSlim Gate { get; } = new(true);

    /// <summary>Set when a transaction waits.</summary>
    public ManualResetEventSlim Waiting { get; } = new(false);

    /// <summary>Whether transactions fail.</summary>
    public bool Refuses { get; set; }

    /// <summary>Called once, on the writer's thread, when it has read messages and not put them into the window yet.</summary>
    public Action? Loaded { get; set; }

    public int Commits => Volatile.Read(ref commits);

    public SpoolEventStore Open(int inFlight = 1000)
    {
        var opened = SpoolOpening.Open(path, SpoolDurability.Normal, 64_000_000);
        return new SpoolEventStore(
            null, opened with { File = new Gated(this, opened.File) }, reason => throw new InvalidOperationException(reason), () => DiskRoom.Plenty, TimeSpan.FromHours(1), inFlight, TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose()
    {
        Gate.Set();
        Gate.Dispose();
        Waiting.Dispose();
    }

    private void Pass()
    {
        if (!Gate.IsSet)
        {
            Waiting.Set();
            Gate.Wait();
        }
    }

    private sealed class Gated(GatedDisk disk, ISpoolFile file) : ISpoolFile
    {
        public SpoolMark Mark => file.Mark;

        public long UsedBytes => file.UsedBytes;

        public ISpoolFile FinishOpening(bool mayGrow)
        {
            disk.Pass();
            return file.FinishOpening(mayGrow) is var finished && finished == file ? this : new Gated(disk, finished);
        }

        public void Commit(IReadOnlyList<long> removed, IReadOnlyList<SpoolRecord> added, bool mayGrow, DropCounts? dropped = null)
        {
            disk.Pass();
            if (disk.Refuses)
            {
                throw new SqliteException("disk I/O error", SQLitePCL.raw.SQLITE_IOERR);
            }

            file.Commit(removed, added, mayGrow, dropped);
            Interlocked.Increment(ref disk.commits);
        }

        public IReadOnlyList<(long Position, byte[] Frame)> Load(long after, int limit)
        {
            var rows = file.Load(after, limit);
            (var loaded, disk.Loaded) = (disk.Loaded, null);
            loaded?.Invoke();
            return rows;
        }

        public IReadOnlyList<(long Position, DateTimeOffset StoredAt)> Oldest(long after, int limit) => file.Oldest(after, limit);

        public void Checkpoint() => file.Checkpoint();

        public void Dispose() => file.Dispose();
    }
}
