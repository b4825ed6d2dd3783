namespace EdgePose.Cameras.Frames;

/// <summary>A frame without its picture: enough to report a track that ends without another frame.</summary>
/// <param name="CameraId">The camera that it came from.</param>
/// <param name="CapturedAt">When it was taken, UTC, by <paramref name="Clock"/>.</param>
/// <param name="Clock">Where <paramref name="CapturedAt"/> comes from.</param>
/// <param name="CapturedMonotonic">When it was taken, on the camera's clock that never steps.</param>
/// <param name="WidthPx">Width of the decoded picture.</param>
/// <param name="HeightPx">Height of the decoded picture.</param>
public readonly record struct FrameMoment(string CameraId, DateTimeOffset CapturedAt, CaptureClock Clock, TimeSpan CapturedMonotonic, int WidthPx, int HeightPx)
{
    /// <summary>The moment of <paramref name="frame"/>.</summary>
    public static FrameMoment Of(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new(frame.CameraId, frame.CapturedAt, frame.Clock, frame.CapturedMonotonic, frame.WidthPx, frame.HeightPx);
    }
}
