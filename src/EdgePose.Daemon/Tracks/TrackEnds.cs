using EdgePose.Cameras.Frames;

namespace EdgePose.Daemon.Tracks;

/// <summary>
/// Ends the tracks of cameras that send no more, so that a subscriber is told: a tracker ends them only with the next frame, which may never come.
/// On the pipeline's thread, like the trackers.
/// </summary>
internal sealed class TrackEnds(CameraSet cameras, IPoseSink sink)
{
    // Media time that falls by so much was started anew (the decoder of a file was); frames out of order are closer together.
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(1);

    /// <summary>Ends the tracks of each camera that has ended, or has been silent for so long that nobody keeps an id.</summary>
    public void OfSilentCameras()
    {
        foreach (var feed in cameras.Current)
        {
            if (feed.Tracker.HasTracks && feed.IsSilent && !feed.Gone.IsCompleted)
            {
                End(feed);
            }
        }
    }

    /// <summary>Ends the tracks of each camera that was taken out. A frame of it that is still on its way is left out from now on.</summary>
    public void OfLeavingCameras()
    {
        while (cameras.TryTakeLeaving(out var feed))
        {
            End(feed);
            feed.Go();
        }
    }

    /// <summary>
    /// Before a frame whose clock was started anew: to the tracker it would lie in the past for as long as the clock had run before. And before one of another
    /// size: the tracks' places are pixels of the old one.
    /// </summary>
    public void BeforeRestart(CameraFeed feed, Frame frame)
    {
        if (frame.CapturedMonotonic < feed.LastTrackedAt - Restart || feed.HasChangedSize(frame))
        {
            End(feed);
        }
    }

    /// <summary>The daemon stops: ends every track.</summary>
    public void All()
    {
        OfLeavingCameras();
        foreach (var feed in cameras.Current)
        {
            if (feed.Tracker.HasTracks)
            {
                End(feed);
            }
        }
    }

    private void End(CameraFeed feed)
    {
        feed.Tracker.End();
        sink.EndTracks(feed);
    }
}
