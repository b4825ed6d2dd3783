using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Supervision;

/// <summary>Keeps a camera's state, and reports each change of it.</summary>
/// <param name="feed">The camera and the counts of its frames.</param>
/// <param name="picture">The state of its pictures.</param>
/// <param name="time">The clock.</param>
/// <param name="listenerFailed">Gets the fault of a listener. That is not a fault of the camera, and does not end its run.</param>
internal sealed class StatusBoard(CameraFeed feed, PictureCheck picture, TimeProvider time, Action<CameraStatus, Exception> listenerFailed)
{
    private readonly Lock gate = new();
    private CameraStatus status = new(feed.Config.Id, CameraState.Connecting, CameraFault.None, string.Empty, time.GetUtcNow());
    private long restarts;

    /// <summary>Raised, on the caller's thread, at each change.</summary>
    public event Action<CameraStatus>? Changed;

    /// <summary>The state and the counters now.</summary>
    public CameraStatus Now
    {
        get
        {
            lock (gate)
            {
                return status with
                {
                    FramesReceived = feed.Counts.Received,
                    FramesInferred = feed.Counts.Inferred,
                    FramesSuperseded = feed.Counts.Superseded,
                    FramesCapped = feed.Counts.Capped,
                    FramesFaulty = feed.Counts.Faulty,
                    FramesFailed = feed.Counts.Failed, // read last because it is counted first, so that it never exceeds FramesFaulty
                    Restarts = Interlocked.Read(ref restarts),
                    Picture = picture.State,
                    PictureFaults = picture.Faults,
                };
            }
        }
    }

    /// <summary>Counts a restart of the decoder.</summary>
    public void CountRestart() => Interlocked.Increment(ref restarts);

    /// <summary>Sets the state, and reports it.</summary>
    public void Set(CameraState state, CameraFault fault, string message)
    {
        lock (gate)
        {
            status = status with { State = state, Fault = fault, Message = message, Since = time.GetUtcNow() };
        }

        Report();
    }

    /// <summary>Reports the state as it is.</summary>
    public void Report()
    {
        var now = Now;
        try
        {
            Changed?.Invoke(now);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            listenerFailed(now, fault);
        }
    }
}
