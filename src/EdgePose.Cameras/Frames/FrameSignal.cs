namespace EdgePose.Cameras.Frames;

/// <summary>Wakes the batcher when any camera's mailbox has a new frame, or on another event.</summary>
public sealed class FrameSignal : IDisposable
{
    private readonly AutoResetEvent arrived = new(initialState: false);

    /// <summary>Ends the current wait, or the next one.</summary>
    public void Set() => arrived.Set();

    /// <summary>Waits until <see cref="Set"/> or for <paramref name="limit"/>, whichever is first.</summary>
    public void Wait(TimeSpan limit) => arrived.WaitOne(limit);

    /// <inheritdoc/>
    public void Dispose() => arrived.Dispose();
}
