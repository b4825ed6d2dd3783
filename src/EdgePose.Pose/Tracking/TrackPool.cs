namespace EdgePose.Tracking;

/// <summary>Tracks that are used again, all made at the start: about 2 kB each for 18 keypoints.</summary>
internal sealed class TrackPool
{
    private readonly Stack<Track> free;
    private readonly Func<Track> make;

    public TrackPool(Skeleton skeleton, Alignment alignment, int count)
    {
        BodySize bodySize = new(skeleton);
        make = () => new Track(skeleton.KeypointCount, bodySize, alignment);

        // Ended tracks stay with the caller for one frame while others take their places: room for those too, should they ever all end at once.
        free = new Stack<Track>(2 * count);
        while (free.Count < count)
        {
            free.Push(make());
        }
    }

    public Track Rent() => free.TryPop(out Track? track) ? track : make();

    public void Return(Track track) => free.Push(track);
}
