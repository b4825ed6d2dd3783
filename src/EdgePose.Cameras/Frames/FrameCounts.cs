namespace EdgePose.Cameras.Frames;

/// <summary>Counts one camera's frames, on any thread. Each received frame ends as inferred, faulty, superseded or capped.</summary>
public sealed class FrameCounts
{
    private long received;
    private long inferred;
    private long faulty;
    private long failed;
    private long superseded;
    private long capped;

    /// <summary>Frames that arrived in the daemon.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Frames that went through the network and gave poses, none included.</summary>
    public long Inferred => Interlocked.Read(ref inferred);

    /// <summary>Frames that the network was to run on and gave nothing for: their maps were not finite, or its run failed.</summary>
    public long Faulty => Interlocked.Read(ref faulty);

    /// <summary>Those of the faulty ones whose run failed.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Frames that were replaced by a newer one because the network was not free: the cost of overload.</summary>
    public long Superseded => Interlocked.Read(ref superseded);

    /// <summary>Frames that were replaced while the camera's rate cap applied: they would not have been taken.</summary>
    public long Capped => Interlocked.Read(ref capped);

    /// <summary>Whether every frame that arrived is done.</summary>
    public bool IsDrained => Inferred + Faulty + Superseded + Capped is var done && done == Received; // arrivals are read last, so that a frame that arrives in between makes them differ

    /// <summary>Counts a frame that arrived.</summary>
    /// <returns>How many there are now.</returns>
    public long CountReceived() => Interlocked.Increment(ref received);

    /// <summary>Counts a frame that the tracker has seen.</summary>
    public void CountInferred() => Interlocked.Increment(ref inferred);

    /// <summary>Counts a frame whose maps were not finite.</summary>
    public void CountFaulty() => Interlocked.Increment(ref faulty);

    /// <summary>Counts a frame as faulty whose run of the network failed.</summary>
    public void CountFailed()
    {
        Interlocked.Increment(ref failed);
        CountFaulty();
    }

    /// <summary>Counts a frame that a newer one replaced.</summary>
    /// <param name="isCapped">Whether the rate cap kept the camera back.</param>
    public void CountReplaced(bool isCapped) => Interlocked.Increment(ref isCapped ? ref capped : ref superseded);
}
