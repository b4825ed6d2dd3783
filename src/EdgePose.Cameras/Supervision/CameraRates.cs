namespace EdgePose.Cameras.Supervision;

/// <summary>A camera's counters, and how fast they rose since the look before.</summary>
/// <param name="Status">State and counters.</param>
/// <param name="ReceivedFps">Frames a second that were decoded and arrived.</param>
/// <param name="InferredFps">Frames a second that went through the network.</param>
/// <param name="LastFrameAge">How old the newest frame is; null before the first.</param>
public sealed record CameraReport(CameraStatus Status, double ReceivedFps, double InferredFps, TimeSpan? LastFrameAge);

/// <summary>Turns one camera's counters into rates. Each reader that looks at its own interval has its own.</summary>
public sealed class CameraRates(CameraSupervisor camera, TimeProvider time)
{
    private CameraStatus before = camera.Status;
    private long at = time.GetTimestamp();

    /// <summary>The counters now, and the rates since the last call.</summary>
    public CameraReport Look()
    {
        var (now, timestamp) = (camera.Status, time.GetTimestamp());
        var seconds = Math.Max(1e-3, time.GetElapsedTime(at, timestamp).TotalSeconds);
        var report = new CameraReport(
            now, (now.FramesReceived - before.FramesReceived) / seconds, (now.FramesInferred - before.FramesInferred) / seconds, camera.LastFrameAge);
        (before, at) = (now, timestamp);
        return report;
    }
}
