using EdgePose.Cameras.Frames;
using EdgePose.Scene;

namespace EdgePose.Daemon.Events;

/// <summary>Gets what happens in scenes: the broker, or the lines of a replay.</summary>
public interface ISceneOutput
{
    /// <summary>A scene begins, without people.</summary>
    /// <param name="camera">The camera.</param>
    /// <param name="scene">Takes over totals of before.</param>
    void Began(string camera, CameraScene scene);

    /// <summary>Something happened.</summary>
    /// <param name="frame">The frame that made it known; after a camera's end, its last frame.</param>
    /// <param name="happened">What.</param>
    void Happened(in FrameMoment frame, in SceneEvent happened);

    /// <summary>All events of a frame were given.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="scene">How the scene stands.</param>
    void Settled(in FrameMoment frame, CameraScene scene);
}
