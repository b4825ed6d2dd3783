using System.Diagnostics;
using EdgePose.Daemon;

namespace EdgePose.Benchmarks.Pipelines;

/// <summary>An observer that holds the pipeline between two frames until it is told to let some pass, and says how long those took.</summary>
internal sealed class GatedObserver(IFrameObserver inner) : IFrameObserver, IDisposable
{
    private readonly SemaphoreSlim allowed = new(0);
    private readonly SemaphoreSlim passed = new(0);
    private volatile bool open;

    public string Name => "gate";

    public void Observe(in FrameResult result)
    {
        inner.Observe(result);
        if (!open && result.Picture is not null)
        {
            passed.Release();
            allowed.Wait();
        }
    }

    /// <summary>Lets <paramref name="lead"/> frames pass and then <paramref name="frames"/> more.</summary>
    /// <returns>How long the latter took.</returns>
    public TimeSpan Pass(int lead, int frames)
    {
        PassUntimed(lead);
        var start = Stopwatch.GetTimestamp();
        PassUntimed(frames);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Holds nothing any more.</summary>
    public void Open()
    {
        open = true;
        allowed.Release(1_000_000);
    }

    public void Dispose()
    {
        allowed.Dispose();
        passed.Dispose();
    }

    private void PassUntimed(int frames)
    {
        // All at once: the pipeline must not wait for this thread between two frames.
        allowed.Release(frames);
        for (var i = 0; i < frames; i++)
        {
            passed.Wait();
        }
    }
}
