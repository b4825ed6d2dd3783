namespace EdgePose.Cameras.Frames;

/// <summary>Where a frame's capture time comes from.</summary>
public enum CaptureClock
{
    /// <summary>The camera's own clock, by RTCP sender reports.</summary>
    Ntp,

    /// <summary>The device's clock when the frame arrived.</summary>
    Arrival,

    /// <summary>The frame's place in its file, counted from when the file was opened.</summary>
    File,
}
