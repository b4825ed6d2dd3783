using System.Collections.Concurrent;

namespace EdgePose.Web.Live;

/// <summary>What the viewers of one camera want, and its newest frame on the way to them.</summary>
/// <param name="intervalTicks">The least time between two frames, in ticks of the clock.</param>
internal sealed class CameraView(long intervalTicks) : IDisposable
{
    private readonly ConcurrentBag<ViewFrame> idle = [];
    private ViewFrame? pending;
    private long nextDue;

    /// <summary>Those who look at it, an array that never changes.</summary>
    public Viewer[] Viewers { get; private set; } = [];

    /// <summary>Whether one of them wants pictures.</summary>
    public bool WantsPictures { get; private set; }

    /// <summary>Whether one of them wants skeletons alone.</summary>
    public bool WantsSkeletons { get; private set; }

    /// <summary>Sets those who look. One thread at a time.</summary>
    public void Set(Viewer[] viewers)
    {
        WantsPictures = viewers.Any(viewer => viewer.WantsPictures);
        WantsSkeletons = viewers.Any(viewer => !viewer.WantsPictures);
        Viewers = viewers;
    }

    /// <summary>Whether a frame is due at <paramref name="timestamp"/>; if so, the next one is due an interval later. On the pipeline's thread alone.</summary>
    public bool TakeTurn(long timestamp)
    {
        if (Viewers.Length == 0 || timestamp < nextDue)
        {
            return false;
        }

        // A steady rate: the next turn is counted from the last, unless the camera was away for longer.
        nextDue = Math.Max(nextDue + intervalTicks, timestamp + (intervalTicks / 2));
        return true;
    }

    /// <summary>An empty frame.</summary>
    public ViewFrame Rent() => idle.TryTake(out var frame) ? frame : new ViewFrame();

    /// <summary>Gives a frame back.</summary>
    public void Return(ViewFrame frame)
    {
        frame.Clear();
        idle.Add(frame);
    }

    /// <summary>Makes a frame the newest; the one before, if nobody took it, is given back.</summary>
    public void Post(ViewFrame frame)
    {
        if (Interlocked.Exchange(ref pending, frame) is { } missed)
        {
            Return(missed);
        }
    }

    /// <summary>Takes the newest frame; null when there is none.</summary>
    public ViewFrame? Take() => Interlocked.Exchange(ref pending, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        Take()?.Dispose();
        while (idle.TryTake(out var frame))
        {
            frame.Dispose();
        }
    }
}
