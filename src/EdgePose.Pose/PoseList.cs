namespace EdgePose;

/// <summary>The people of one frame, in storage that is used again for the next one: adding a pose allocates nothing.</summary>
public sealed class PoseList
{
    private readonly Keypoint[] keypoints;
    private readonly float[] scores;

    /// <summary>Makes an empty list.</summary>
    /// <param name="skeleton">What the keypoints mean.</param>
    /// <param name="capacity">The most people that the list holds; more are refused by <see cref="TryAdd"/>.</param>
    public PoseList(Skeleton skeleton, int capacity = 128)
    {
        ArgumentNullException.ThrowIfNull(skeleton);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Skeleton = skeleton;
        Capacity = capacity;
        keypoints = new Keypoint[capacity * skeleton.KeypointCount];
        scores = new float[capacity];
    }

    /// <summary>What the keypoints mean.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>The most people that the list holds.</summary>
    public int Capacity { get; }

    /// <summary>How many people are in it.</summary>
    public int Count { get; private set; }

    /// <summary>The pose at <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pose.</exception>
    public Pose this[int index] => new(KeypointsOf(index), scores[index]);

    /// <summary>Writable keypoints of the pose at <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pose.</exception>
    public Span<Keypoint> KeypointsOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return keypoints.AsSpan(index * Skeleton.KeypointCount, Skeleton.KeypointCount);
    }

    /// <summary>Adds a pose whose keypoints are all absent.</summary>
    /// <param name="score">The pose's score, 0 to 1.</param>
    /// <param name="added">Its keypoints, to be filled in.</param>
    /// <returns>False, and nothing is added, when the list is full.</returns>
    public bool TryAdd(float score, out Span<Keypoint> added)
    {
        if (Count == Capacity)
        {
            added = default;
            return false;
        }

        scores[Count++] = score;
        added = KeypointsOf(Count - 1);
        added.Clear();
        return true;
    }

    /// <summary>Removes every pose; the storage stays.</summary>
    public void Clear() => Count = 0;
}
