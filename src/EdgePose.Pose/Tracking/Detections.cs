namespace EdgePose.Tracking;

/// <summary>The poses of one frame, cleaned: a keypoint that is not finite, or absurdly far out, counts as absent, and so does its confidence.</summary>
internal sealed class Detections(int capacity, int keypointCount)
{
    // Beyond any picture, and small enough that squares of sums stay finite.
    private const float MaxCoordinatePx = 1e6f;

    private readonly Keypoint[] keypoints = new Keypoint[capacity * keypointCount];
    private readonly float[] scores = new float[capacity];
    private readonly BoundingBox[] boxes = new BoundingBox[capacity];
    private readonly bool[] taken = new bool[capacity];

    public int Count { get; private set; }

    /// <summary>Replaces the poses. Those beyond the capacity are left out.</summary>
    public void Read(PoseList poses)
    {
        Count = Math.Min(poses.Count, capacity);
        for (int i = 0; i < Count; i++)
        {
            Span<Keypoint> clean = keypoints.AsSpan(i * keypointCount, keypointCount);
            bool any = false;
            for (int k = 0; k < keypointCount; k++)
            {
                Keypoint keypoint = poses[i].Keypoints[k];
                bool usable = keypoint.Confidence > 0 && MathF.Abs(keypoint.X) <= MaxCoordinatePx && MathF.Abs(keypoint.Y) <= MaxCoordinatePx;
                clean[k] = usable ? keypoint with { Confidence = MathF.Min(keypoint.Confidence, 1) } : default;
                any |= usable;
            }

            // An empty pose is given a score that neither pass takes; NaN is taken by neither as it is.
            scores[i] = any ? poses[i].Score : float.NegativeInfinity;
            boxes[i] = BoundingBox.Around(clean);
            taken[i] = false;
        }
    }

    public ReadOnlySpan<Keypoint> Keypoints(int index) => keypoints.AsSpan(index * keypointCount, keypointCount);

    public float Score(int index) => scores[index];

    public BoundingBox Box(int index) => boxes[index];

    public bool IsTaken(int index) => taken[index];

    public void Take(int index) => taken[index] = true;
}
