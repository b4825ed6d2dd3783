namespace EdgePose.Cameras.Frames;

/// <summary>Wakes the batcher when any camera's mailbox has a new frame, or when something else that it waits for has happened.</summary>
public sealed class FrameSignal : IDisposable
{
    private readonly AutoResetEvent arrived = new(initialState: false);

    /// <summary>Wakes the one who waits, now or at the next wait.</summary>
    public void Set() => arrived.Set();

    /// <summary>Waits until <see cref="Set"/> or for <paramref name="limit"/>, whichever is first.</summary>
    public void Wait(TimeSpan limit) => arrived.WaitOne(limit);

    /// <inheritdoc/>
    public void Dispose() => arrived.Dispose();
}
