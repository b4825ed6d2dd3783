using EdgePose.Cameras.Frames;
using EdgePose.Tracking;

namespace EdgePose.Daemon;

/// <summary>What was seen in one frame of one camera. Valid during the call that hands it over; allocates nothing.</summary>
public readonly ref struct FrameResult
{
    /// <summary>Which camera, when, and in which pixels. After a camera's end: those of its last frame.</summary>
    public required FrameMoment Moment { get; init; }

    /// <summary>The picture; null when tracks ended without a frame, because the camera sends no more or the pipeline stops.</summary>
    public Frame? Picture { get; init; }

    /// <summary>People seen in this frame, keypoints in the pixels of the decoded frame.</summary>
    public ReadOnlySpan<Track> Visible { get; init; }

    /// <summary>Tracks that were confirmed with this frame; they are in <see cref="Visible"/> too.</summary>
    public ReadOnlySpan<Track> Started { get; init; }

    /// <summary>Tracks that ended with this frame, or without one.</summary>
    public ReadOnlySpan<Track> Ended { get; init; }

    /// <summary>The camera's id.</summary>
    public string Camera => Moment.CameraId;
}
