using EdgePose.Delivery.Spool;
using Microsoft.Win32.SafeHandles;

namespace EdgePose.Daemon.Tests.Spool;

/// <summary>A real disk whose writes wait for a gate, as on one that hangs, or are refused.</summary>
internal sealed class GatedDisk(SpoolFolder folder) : SpoolDisk, IDisposable
{
    private int writes;
    private long readBytes;

    public ManualResetEventSlim Gate { get; } = new(true);

    /// <summary>Set when a write waits.</summary>
    public ManualResetEventSlim Waiting { get; } = new(false);

    /// <summary>Whether writes fail.</summary>
    public bool Refuses { get; set; }

    /// <summary>Whether there is no room for another file.</summary>
    public bool IsFullForFiles { get; set; }

    /// <summary>How many writes succeed before they fail for good, as when the process is killed; null for all.</summary>
    public int? WritesLeft { get; set; }

    /// <summary>Called once, on the writer's thread, when it has read messages and not put them into the window yet.</summary>
    public Action? Loaded { get; set; }

    public int Writes => Volatile.Read(ref writes);

    public long ReadBytes => Interlocked.Read(ref readBytes);

    public SpoolOptions Options(int inFlight = 1000) => folder.Options(inFlight) with { Disk = this };

    public SpoolEventStore Open(int inFlight = 1000) => folder.Open(Options(inFlight));

    public override SafeFileHandle Create(string path, byte[] begin, long room) => IsFullForFiles ? throw new SpoolFullException(DropCause.DiskFull) : base.Create(path, begin, room);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, bool syncs)
    {
        if (!Gate.IsSet)
        {
            Waiting.Set();
            Gate.Wait();
        }

        if (Refuses || WritesLeft <= 0)
        {
            throw new IOException("the test's disk refuses");
        }

        WritesLeft--;
        base.Write(file, bytes, offset, syncs);
        Interlocked.Increment(ref writes);
    }

    public override ReadOnlySpan<byte> Read(string path, Span<byte> buffer, long offset)
    {
        var read = base.Read(path, buffer, offset);
        Interlocked.Add(ref readBytes, read.Length);
        (var loaded, Loaded) = (Loaded, null);
        loaded?.Invoke();
        return read;
    }

    public void Dispose()
    {
        Gate.Set();
        Gate.Dispose();
        Waiting.Dispose();
    }
}
