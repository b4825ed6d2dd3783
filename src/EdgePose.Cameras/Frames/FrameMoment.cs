namespace EdgePose.Cameras.Frames;

/// <summary>A frame without its picture: which camera, when, and in which pixels.</summary>
/// <param name="CameraId">The camera that it came from.</param>
/// <param name="Sequence">Counts the camera's frames, dropped ones included, from 0 at the daemon's start.</param>
/// <param name="CapturedAt">When it was taken, UTC, by <paramref name="Clock"/>.</param>
/// <param name="Clock">Where <paramref name="CapturedAt"/> comes from.</param>
/// <param name="CapturedMonotonic">When it was taken, on the camera's clock that never steps.</param>
/// <param name="ArrivedTimestamp">The time provider's timestamp of its arrival in the daemon.</param>
/// <param name="WidthPx">Width of the decoded picture.</param>
/// <param name="HeightPx">Height of the decoded picture.</param>
/// <param name="SourceWidthPx">Width of the stream before it was scaled down.</param>
/// <param name="SourceHeightPx">Height of the stream before it was scaled down.</param>
public readonly record struct FrameMoment(
    string CameraId, long Sequence, DateTimeOffset CapturedAt, CaptureClock Clock, TimeSpan CapturedMonotonic, long ArrivedTimestamp,
    int WidthPx, int HeightPx, int SourceWidthPx, int SourceHeightPx)
{
    /// <summary>The moment of <paramref name="frame"/>.</summary>
    public static FrameMoment Of(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new(
            frame.CameraId, frame.Sequence, frame.CapturedAt, frame.Clock, frame.CapturedMonotonic, frame.ArrivedTimestamp,
            frame.WidthPx, frame.HeightPx, frame.SourceWidthPx, frame.SourceHeightPx);
    }
}
