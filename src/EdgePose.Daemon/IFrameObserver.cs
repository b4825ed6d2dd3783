namespace EdgePose.Daemon;

/// <summary>Gets what was seen: the broker, a recording, a drawing, a measurement. Observers do not know each other.</summary>
/// <remarks>
/// Another observer is one class, and one line where the list is made (<c>LiveDaemon</c> for the daemon, the command for a replay).
/// All calls come from the pipeline's thread, in the order of the frames. A call must not block and must not keep its argument.
/// </remarks>
public interface IFrameObserver
{
    /// <summary>The name in the log and in metrics.</summary>
    string Name { get; }

    /// <summary>
    /// Whether frames may be left out when the observer is slow. It then gets at most a tenth of the pipeline's time.
    /// False for one that must see every frame: its slowness is logged, and the pipeline waits for it.
    /// </summary>
    bool MayMissFrames => false;

    /// <summary>Takes one frame's result, or the end of a camera's tracks.</summary>
    /// <param name="result">Valid during the call only.</param>
    void Observe(in FrameResult result);
}
