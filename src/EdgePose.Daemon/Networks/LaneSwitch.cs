namespace EdgePose.Daemon.Networks;

/// <summary>Which network's turn it is. Any thread offers the next lane; the thread that runs the pipeline takes it up when the one before has finished what it had.</summary>
internal sealed class LaneSwitch(NetworkLane first) : IDisposable
{
    private readonly Lock gate = new();
    private (NetworkLane Lane, TaskCompletionSource Taken)? waiting;

    /// <summary>The lane whose turn it is.</summary>
    public NetworkLane Current { get; private set; } = first;

    /// <summary>Puts <paramref name="next"/> in line, and tells the lane that runs to leave. One that was in line already is dropped, and its task cancelled.</summary>
    /// <returns>Ends when the turn has come.</returns>
    public Task Offer(NetworkLane next)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            Drop();
            waiting = (next, taken);
            Current.Leave();
        }

        return taken.Task;
    }

    /// <summary>The lane that waits becomes the current one, if any does.</summary>
    public NetworkLane Take()
    {
        lock (gate)
        {
            if (waiting is var (next, taken))
            {
                Current.Dispose();
                (Current, waiting) = (next, null);
                taken.SetResult();
            }

            return Current;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            Drop();
            Current.Dispose();
        }
    }

    private void Drop()
    {
        waiting?.Taken.SetCanceled();
        waiting?.Lane.Dispose();
        waiting = null;
    }
}
