using EdgePose.Daemon.Spool;
using EdgePose.Daemon.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A real spool's file whose transactions wait for a gate, as on a disk that hangs.</summary>
internal sealed class GatedDisk(string path) : IDisposable
{
    private int commits;

    public ManualResetEventSlim Gate { get; } = new(true);

    /// <summary>Set when a transaction waits.</summary>
    public ManualResetEventSlim Waiting { get; } = new(false);

    public int Commits => Volatile.Read(ref commits);

    public SpoolEventStore Open(int inFlight = 1000)
    {
        var file = new Gated(this, SpoolOpening.Open(path, SpoolDurability.Normal, 64_000_000).File);
        return new SpoolEventStore(
            null, file, 0, 0, null, reason => throw new InvalidOperationException(reason), () => DiskRoom.Plenty, TimeSpan.FromHours(1), inFlight, TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose()
    {
        Gate.Set();
        Gate.Dispose();
        Waiting.Dispose();
    }

    private sealed class Gated(GatedDisk disk, SpoolFile file) : ISpoolFile
    {
        public SpoolMark Mark => file.Mark;

        public long UsedBytes => file.UsedBytes;

        public void Commit(IReadOnlyList<long> removed, IReadOnlyList<SpoolRecord> added, bool mayGrow)
        {
            if (!disk.Gate.IsSet)
            {
                disk.Waiting.Set();
                disk.Gate.Wait();
            }

            file.Commit(removed, added, mayGrow);
            Interlocked.Increment(ref disk.commits);
        }

        public IReadOnlyList<(long Position, byte[] Frame)> Load(long after, int limit) => file.Load(after, limit);

        public IReadOnlyList<(long Position, DateTimeOffset StoredAt)> Oldest(long after, int limit) => file.Oldest(after, limit);

        public void Checkpoint() => file.Checkpoint();

        public void Dispose() => file.Dispose();
    }
}
