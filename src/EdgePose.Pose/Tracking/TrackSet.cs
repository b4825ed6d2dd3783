namespace EdgePose.Tracking;

/// <summary>A list of tracks with a fixed most, in storage made once.</summary>
internal struct TrackSet(int capacity)
{
    private readonly Track[] items = new Track[capacity];
    private int count;

    public readonly Span<Track> Items => items.AsSpan(0, count);

    public readonly bool IsFull => count == items.Length;

    public void Add(Track track) => items[count++] = track;

    public void Truncate(int length) => count = length;

    public void Clear() => count = 0;
}
