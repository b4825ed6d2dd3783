using EdgePose.Cameras.Frames;

namespace EdgePose.Daemon.Overload;

/// <summary>The step <see cref="Settings.OverloadStep.FewerFrames"/>.</summary>
internal static class KeptBack
{
    /// <summary>Limits cameras below the highest priority, or all where there is one priority alone; takes the limit away when the step is not taken.</summary>
    /// <param name="feeds">The cameras.</param>
    /// <param name="isTaken">Whether the step is taken.</param>
    /// <param name="fps">Frames a second that a limited camera keeps.</param>
    public static void Apply(CameraFeed[] feeds, bool isTaken, double fps)
    {
        var (lowest, highest) = feeds.Length == 0 ? (0, 0) : (feeds.Min(feed => feed.Config.Priority), feeds.Max(feed => feed.Config.Priority));
        foreach (var feed in feeds)
        {
            feed.Cap.Limit(isTaken && (feed.Config.Priority < highest || lowest == highest) ? fps : 0);
        }
    }
}
