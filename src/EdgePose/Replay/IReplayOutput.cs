using EdgePose.Daemon;

namespace EdgePose.Cli.Replay;

/// <summary>One of the things that a replay writes.</summary>
internal interface IReplayOutput : IFrameObserver, IDisposable
{
    /// <summary>The clip has come to its end: what was written is whole. Without it, disposing takes back what is not.</summary>
    void Complete();
}
