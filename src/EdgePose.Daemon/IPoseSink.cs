using EdgePose.Cameras.Frames;

namespace EdgePose.Daemon;

/// <summary>Where the pipeline's results go: the MQTT publisher in the daemon, a file of JSON lines in a replay.</summary>
public interface IPoseSink
{
    /// <summary>Takes the tracks of one frame, after the camera's tracker has seen it. Must not block and must not keep either argument.</summary>
    /// <param name="feed">The camera; its tracker tells who is visible, who has started and who has ended.</param>
    /// <param name="frame">The frame that the tracks were seen in.</param>
    void Publish(CameraFeed feed, Frame frame);

    /// <summary>Takes the tracks that ended without a frame: the camera sends no more, or the pipeline stops. A sink that tells of no tracks leaves it out.</summary>
    /// <param name="feed">The camera; its tracker's <see cref="EdgePose.Tracking.Tracker.Ended"/> holds them.</param>
    void EndTracks(CameraFeed feed)
    {
    }
}
