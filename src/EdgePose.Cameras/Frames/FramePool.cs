namespace EdgePose.Cameras.Frames;

/// <summary>
/// Memory for frames, used over and over. A frame that comes back is kept while no more than <paramref name="maxIdle"/> wait; one that is too
/// small for the next picture (a camera changed its size) is let go. In steady state nothing is allocated.
/// </summary>
/// <param name="maxIdle">The most frames kept while unused; about three for each camera.</param>
public sealed class FramePool(int maxIdle)
{
    // Two megabytes hold a picture of 960x540, the largest that most networks ask for; bigger ones are rounded up to the next megabyte.
    private const int Granularity = 1 << 20;
    private readonly Stack<Frame> idle = new(maxIdle);
    private int outside;

    /// <summary>How many frames are rented now.</summary>
    public int Outside => Volatile.Read(ref outside);

    /// <summary>The most unused frames that are kept; about three for each camera.</summary>
    public int MaxIdle { get; set; } = maxIdle;

    /// <summary>How many unused frames are kept.</summary>
    public int Idle
    {
        get
        {
            lock (idle)
            {
                return idle.Count;
            }
        }
    }

    /// <summary>A frame of at least <paramref name="bytes"/>, with one reference, the caller's.</summary>
    public Frame Rent(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Interlocked.Increment(ref outside);
        Frame? frame = null;
        lock (idle)
        {
            while (frame is null && idle.TryPop(out var candidate))
            {
                frame = candidate.Pixels.Length >= bytes ? candidate : null;
            }
        }

        frame ??= new Frame(this, checked((bytes + Granularity - 1) / Granularity * Granularity));
        frame.Rented();
        return frame;
    }

    internal void Return(Frame frame)
    {
        Interlocked.Decrement(ref outside);
        lock (idle)
        {
            if (idle.Count < MaxIdle)
            {
                idle.Push(frame);
            }
        }
    }
}
