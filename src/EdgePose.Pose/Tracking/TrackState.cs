namespace EdgePose.Tracking;

/// <summary>Where a track stands in its life.</summary>
public enum TrackState
{
    /// <summary>Seen in too few frames to be announced; it has no id yet.</summary>
    Tentative,

    /// <summary>Confirmed, and matched with a pose of the latest frame.</summary>
    Visible,

    /// <summary>Confirmed, but without a pose in the latest frame: its place is predicted.</summary>
    Hidden,

    /// <summary>Hidden for too long, or the camera is gone; its id will not be used again.</summary>
    Ended,
}
