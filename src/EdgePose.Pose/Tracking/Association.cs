namespace EdgePose.Tracking;

/// <summary>One pass of association: which of the chosen tracks is which of the chosen poses, at the least total cost.</summary>
internal sealed class Association(Similarity similarity, int trackCapacity, int poseCapacity, float minSimilarity)
{
    private readonly Assignment assignment = new(Math.Max(trackCapacity, poseCapacity));
    private readonly float[] costs = new float[trackCapacity * poseCapacity];
    private readonly int[] tracks = new int[trackCapacity];
    private readonly int[] poses = new int[poseCapacity];
    private readonly int[] matches = new int[Math.Max(trackCapacity, poseCapacity)];

    // Of two people who may both be the one found, the one whose place is known better: enough to break ties, of which a hidden person's wide Gaussian
    // would win each. Tuned on the tests' scenes: 0 exchanges ids in single frames three times as often, 1 loses ids in crossings.
    private const float WeightOfVagueness = 0.1f;

    // A pair that is no match costs just more than the worst match: the total then prefers more matches, and among those the likelier ones.
    private readonly float noMatch = -MathF.Log(MathF.Max(minSimilarity, 1e-6f)) + (WeightOfVagueness * Similarity.MaxVagueness) + 0.01f;
    private int trackCount;
    private int poseCount;

    /// <summary>Begins a pass without tracks and poses.</summary>
    public void Clear() => trackCount = poseCount = 0;

    /// <summary>Lets a track take part.</summary>
    public void AddTrack(int index) => tracks[trackCount++] = index;

    /// <summary>Lets a pose take part.</summary>
    public void AddPose(int index) => poses[poseCount++] = index;

    /// <summary>Finds the matches.</summary>
    /// <param name="all">The tracks that the indices mean.</param>
    /// <param name="detections">The poses that the indices mean.</param>
    /// <param name="poseOfTrack">Receives the pose of each matched track; others are left as they are.</param>
    public void Solve(ReadOnlySpan<Track> all, Detections detections, Span<int> poseOfTrack)
    {
        if (trackCount == 0 || poseCount == 0)
        {
            return;
        }

        // The solver wants no more rows than columns.
        bool tracksAreRows = trackCount <= poseCount;
        (int rows, int columns) = tracksAreRows ? (trackCount, poseCount) : (poseCount, trackCount);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                (int track, int pose) = tracksAreRows ? (tracks[row], poses[column]) : (tracks[column], poses[row]);
                float value = similarity.Of(all[track].Motion, detections.Keypoints(pose), detections.Box(pose));
                costs[(row * columns) + column] = value >= minSimilarity && value > 0
                    ? (WeightOfVagueness * Similarity.VaguenessOf(all[track].Motion)) - MathF.Log(value)
                    : noMatch;
            }
        }

        assignment.Solve(costs.AsSpan(0, rows * columns), rows, columns, matches);
        for (int row = 0; row < rows; row++)
        {
            if (costs[(row * columns) + matches[row]] < noMatch)
            {
                (int track, int pose) = tracksAreRows ? (tracks[row], poses[matches[row]]) : (tracks[matches[row]], poses[row]);
                poseOfTrack[track] = pose;
                detections.Take(pose);
            }
        }
    }
}
