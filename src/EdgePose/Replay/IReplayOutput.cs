using EdgePose.Cameras.Frames;
using EdgePose.Tracking;

namespace EdgePose.Cli.Replay;

/// <summary>One of the things that a replay writes.</summary>
internal interface IReplayOutput : IDisposable
{
    /// <summary>Takes one frame and its tracks; keeps neither.</summary>
    void Take(Frame frame, Tracker tracker);

    /// <summary>Takes the tracks that are still alive when the clip is over; an output that tells of no tracks leaves it out.</summary>
    /// <param name="last">The clip's last frame.</param>
    /// <param name="tracker">Its <see cref="Tracker.Ended"/> holds them.</param>
    void EndTracks(in FrameMoment last, Tracker tracker)
    {
    }

    /// <summary>The clip has come to its end: what was written is whole. Without it, disposing takes back what is not.</summary>
    void Complete();
}
