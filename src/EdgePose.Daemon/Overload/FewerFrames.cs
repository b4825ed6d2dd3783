using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Overload;

/// <summary>Limits the frames of cameras below the highest priority, or of all cameras that share one priority.</summary>
internal sealed class FewerFrames : OverloadMeasure
{
    public override OverloadStep Step => OverloadStep.FewerFrames;

    public override bool KeepsFramesBack => true;

    protected override void Limit(CameraFeed[] feeds, OverloadConfig config, bool isTaken)
    {
        var (lowest, highest) = feeds.Length == 0 ? (0, 0) : (feeds.Min(feed => feed.Config.Priority), feeds.Max(feed => feed.Config.Priority));
        foreach (var feed in feeds)
        {
            feed.Cap.Limit(isTaken && (feed.Config.Priority < highest || lowest == highest) ? config.ReducedFps : 0);
        }
    }
}
