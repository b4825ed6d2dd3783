namespace EdgePose.Tracking;

/// <summary>Tracks that are used again; it makes a new one only when all are in use.</summary>
internal sealed class TrackPool(Skeleton skeleton, Alignment alignment, int capacity)
{
    private readonly BodySize bodySize = new(skeleton);

    // Ended tracks stay with the caller for one frame while their places are taken by others.
    private readonly Stack<Track> free = new(2 * capacity);

    public Track Rent() => free.TryPop(out Track? track) ? track : new Track(skeleton.KeypointCount, bodySize, alignment);

    public void Return(Track track) => free.Push(track);
}
