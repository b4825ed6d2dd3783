using EdgePose.Daemon.Frames;
using EdgePose.Tracking;

namespace EdgePose.Cli.Replay;

/// <summary>One of the things that a replay writes.</summary>
internal interface IReplayOutput : IDisposable
{
    /// <summary>Takes one frame and its tracks; keeps neither.</summary>
    void Take(Frame frame, Tracker tracker);

    /// <summary>The clip has come to its end: what was written is whole. Without it, disposing takes back what is not.</summary>
    void Complete();
}
