namespace EdgePose.Cameras.Frames;

/// <summary>
/// One camera's mailbox. For a live camera it holds the newest frame; an older one that was not taken is released and counted.
/// A lossless mailbox (a file as fast as possible) makes its writer wait until the previous frame was taken.
/// </summary>
/// <param name="signal">Set when a frame arrives.</param>
/// <param name="lossless">Whether the writer waits instead of replacing.</param>
/// <param name="time">The clock of <see cref="LastPublished"/>.</param>
public sealed class LatestFrame(FrameSignal signal, bool lossless, TimeProvider time) : IDisposable
{
    private readonly AutoResetEvent taken = new(initialState: false);
    private Frame? newest;
    private volatile bool blocking;
    private long heldUntil;
    private long lastPublished;

    /// <summary>Whether a frame waits.</summary>
    public bool HasFrame => Volatile.Read(ref newest) is not null;

    /// <summary>Whether the writer of a lossless mailbox waits now.</summary>
    public bool IsBlocking => blocking;

    /// <summary>What became of the camera's frames.</summary>
    public FrameCounts Counts { get; } = new();

    /// <summary>Until when, as a timestamp of the clock, the camera's rate cap keeps it back.</summary>
    public long HeldUntil
    {
        get => Interlocked.Read(ref heldUntil);
        set => Interlocked.Exchange(ref heldUntil, value);
    }

    /// <summary>The clock's timestamp of the last <see cref="Publish"/>; 0 before the first.</summary>
    public long LastPublished => Interlocked.Read(ref lastPublished);

    /// <summary>Puts a frame into the mailbox, which owns the caller's reference from now on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="stop">Ends the wait of a lossless mailbox; the frame is then released.</param>
    /// <returns>False when it was stopped while it waited.</returns>
    public bool Publish(Frame frame, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        while (lossless && HasFrame)
        {
            blocking = true;
            if (stop.IsCancellationRequested)
            {
                frame.Release();
                return false;
            }

            taken.WaitOne(TimeSpan.FromMilliseconds(100));
        }

        blocking = false;
        Interlocked.Exchange(ref lastPublished, time.GetTimestamp());
        if (Interlocked.Exchange(ref newest, frame) is { } old)
        {
            old.Release();
            Counts.CountReplaced(isCapped: time.GetTimestamp() < HeldUntil);
        }

        signal.Set();
        return true;
    }

    /// <summary>The newest frame, whose reference is the caller's from now on; null when none came since the last call.</summary>
    public Frame? TryTake()
    {
        var frame = Interlocked.Exchange(ref newest, null);
        if (frame is not null && lossless)
        {
            taken.Set();
        }

        return frame;
    }

    /// <summary>Releases a frame that was not taken.</summary>
    public void Dispose()
    {
        TryTake()?.Release();
        taken.Dispose();
    }
}
