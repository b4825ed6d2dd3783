using EdgePose.Cameras.Frames;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tracks;

/// <summary>
/// The trackers of all cameras, by id: a camera that is exchanged, or comes back, goes on with its track ids. It also finds the tracks that end without a frame:
/// a tracker ends them only with the next frame, which may never come. On the pipeline's thread alone.
/// </summary>
/// <param name="cameras">The cameras that the pipeline serves.</param>
/// <param name="newTracker">Makes the tracker of a camera that was never there before, by its id.</param>
/// <param name="ended">Gets the cameras whose tracks have ended, with the tracker's <see cref="Tracker.Ended"/> filled.</param>
/// <param name="time">The clock.</param>
internal sealed class TrackBook(CameraSet cameras, Func<string, Tracker> newTracker, Action<CameraTracks> ended, TimeProvider time)
{
    private readonly Dictionary<string, CameraTracks> known = new(StringComparer.Ordinal);

    /// <summary>The tracks of a camera.</summary>
    public CameraTracks Of(CameraFeed feed)
    {
        if (!known.TryGetValue(feed.Config.Id, out var tracks))
        {
            known[feed.Config.Id] = tracks = new CameraTracks(feed.Config.Id, newTracker(feed.Config.Id), time);
        }

        return tracks;
    }

    /// <summary>The tracks of a camera before its next frame; ends them first when the frame cannot continue them.</summary>
    public CameraTracks Begin(CameraFeed feed, Frame frame)
    {
        var tracks = Of(feed);
        if (tracks.MustEndBefore(frame))
        {
            End(tracks);
        }

        tracks.Begin(frame);
        return tracks;
    }

    /// <summary>Lets a camera's tracker see a frame's poses; ends its tracks first when the frame cannot continue them.</summary>
    public CameraTracks See(CameraFeed feed, Frame frame, PoseList poses)
    {
        var tracks = Begin(feed, frame);
        tracks.See(frame, poses);
        return tracks;
    }

    /// <summary>Ends the tracks of each camera that has ended, or has been silent for so long that nobody keeps an id.</summary>
    public void EndSilent()
    {
        foreach (var feed in cameras.Current)
        {
            if (Of(feed) is { Tracker.HasTracks: true } tracks && tracks.IsSilent(feed) && !feed.Gone.IsCompleted)
            {
                End(tracks);
            }
        }
    }

    /// <summary>Ends the tracks of each camera that was taken out. A frame of it that is still on its way is left out from now on.</summary>
    public void EndLeaving()
    {
        while (cameras.TryTakeLeaving(out var feed))
        {
            End(Of(feed));
            feed.Go();
        }
    }

    /// <summary>Ends every track: the pipeline stops.</summary>
    public void EndAll()
    {
        EndLeaving();
        foreach (var feed in cameras.Current)
        {
            if (Of(feed) is { Tracker.HasTracks: true } tracks)
            {
                End(tracks);
            }
        }
    }

    private void End(CameraTracks tracks)
    {
        tracks.Tracker.End();
        ended(tracks);
    }
}
