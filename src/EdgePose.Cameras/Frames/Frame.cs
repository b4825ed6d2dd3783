namespace EdgePose.Cameras.Frames;

/// <summary>
/// One decoded picture of one camera, in pooled memory. References are counted: renting gives the first, and the last <see cref="Release"/>
/// returns the memory to the pool. A frame must not be used after its release.
/// </summary>
public sealed class Frame
{
    private readonly FramePool pool;
    private int references;

    internal Frame(FramePool pool, int capacityBytes)
    {
        this.pool = pool;
        Pixels = GC.AllocateUninitializedArray<byte>(capacityBytes, pinned: true);
    }

    /// <summary>BGRx, row by row from the top; pinned, and at least <see cref="StrideBytes"/> x <see cref="HeightPx"/> long.</summary>
    public byte[] Pixels { get; }

    /// <summary>Pixels a row.</summary>
    public int WidthPx { get; private set; }

    /// <summary>Rows.</summary>
    public int HeightPx { get; private set; }

    /// <summary>Bytes from one row to the next.</summary>
    public int StrideBytes { get; private set; }

    /// <summary>Width of the stream before it was scaled down for the network.</summary>
    public int SourceWidthPx { get; set; }

    /// <summary>Height of the stream before it was scaled down for the network.</summary>
    public int SourceHeightPx { get; set; }

    /// <summary>The camera that the frame came from.</summary>
    public string CameraId { get; set; } = string.Empty;

    /// <summary>Counts the camera's frames, dropped ones included, from 0 at the daemon's start.</summary>
    public long Sequence { get; set; }

    /// <summary>When the picture was taken, UTC, by <see cref="Clock"/>.</summary>
    public DateTimeOffset CapturedAt { get; set; }

    /// <summary>Where <see cref="CapturedAt"/> comes from.</summary>
    public CaptureClock Clock { get; set; }

    /// <summary>When the picture was taken on a clock that never steps; its origin is the camera's own.</summary>
    public TimeSpan CapturedMonotonic { get; set; }

    /// <summary>The time provider's timestamp when the frame had arrived in the daemon.</summary>
    public long ArrivedTimestamp { get; set; }

    /// <summary>Processor time that the decoder child spent on it (decoding, scaling, converting, sending); zero for a child's first.</summary>
    public TimeSpan DecodeCpu { get; set; }

    /// <summary>Sets the size of the picture that the caller is about to write.</summary>
    /// <exception cref="ArgumentException">The picture does not fit into the frame's memory.</exception>
    public void SetSize(int widthPx, int heightPx, int strideBytes)
    {
        if ((long)strideBytes * heightPx > Pixels.Length || strideBytes < widthPx * 4L)
        {
            throw new ArgumentException($"A picture of {widthPx} x {heightPx} px with {strideBytes} bytes a row does not fit into {Pixels.Length} bytes.", nameof(strideBytes));
        }

        WidthPx = widthPx;
        HeightPx = heightPx;
        StrideBytes = strideBytes;
    }

    /// <summary>Takes one more reference.</summary>
    public void AddReference()
    {
        if (Interlocked.Increment(ref references) <= 1)
        {
            throw new InvalidOperationException("A frame was used after its last reference was released.");
        }
    }

    /// <summary>Gives one reference back; the last one returns the frame to its pool.</summary>
    /// <exception cref="InvalidOperationException">It was released more often than it was referenced.</exception>
    public void Release()
    {
        var left = Interlocked.Decrement(ref references);
        if (left == 0)
        {
            pool.Return(this);
        }
        else if (left < 0)
        {
            throw new InvalidOperationException("A frame was released more often than it was referenced.");
        }
    }

    internal void Rented() => Volatile.Write(ref references, 1);
}
