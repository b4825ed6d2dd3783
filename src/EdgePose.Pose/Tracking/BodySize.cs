namespace EdgePose.Tracking;

/// <summary>
/// Estimates a person's standing height in pixels from the present keypoints. So "body heights a second" means the same for a whole person and for one behind a counter. Proportions of body
/// segments to stature: Drillis and Contini 1966, as tabulated in
/// Winter, "Biomechanics and Motor Control of Human Movement".
/// </summary>
internal sealed class BodySize
{
    /// <summary>Less than two cells of a network of stride 8: no pose is found on a smaller person, and divisions stay finite.</summary>
    public const float MinHeightPx = 16;

    // A segment seen end-on is short and a wrong keypoint makes a long one: this quantile of the implied heights is moved by neither.
    private const float Quantile = 0.7f;

    // Ankle to eye, as a share of stature (0.936 - 0.039): what the box of a whole pose covers.
    private const float BoxShare = 0.9f;

    private static readonly (string From, string To, float Share)[] Proportions =
    [
        ("right_shoulder", "right_elbow", 0.186f), ("left_shoulder", "left_elbow", 0.186f),
        ("right_elbow", "right_wrist", 0.146f), ("left_elbow", "left_wrist", 0.146f),
        ("right_hip", "right_knee", 0.245f), ("left_hip", "left_knee", 0.245f),
        ("right_knee", "right_ankle", 0.246f), ("left_knee", "left_ankle", 0.246f),
        ("right_shoulder", "right_hip", 0.288f), ("left_shoulder", "left_hip", 0.288f),
        ("right_shoulder", "left_shoulder", 0.259f), ("nose", "right_shoulder", 0.17f), ("nose", "left_shoulder", 0.17f),
        ("right_ear", "left_ear", 0.09f), ("nose", "right_ear", 0.07f), ("nose", "left_ear", 0.07f),
    ];

    private readonly (int From, int To, float Share)[] segments;
    private readonly float[] implied;

    public BodySize(Skeleton skeleton)
    {
        segments =
        [
            .. Proportions.Select(p => (From: skeleton.IndexOf(p.From), To: skeleton.IndexOf(p.To), p.Share)).Where(s => s.From >= 0 && s.To >= 0),
        ];
        implied = new float[segments.Length];
    }

    /// <summary>Height in pixels, at least <see cref="MinHeightPx"/>. A skeleton without known names is measured by its box alone.</summary>
    public float HeightPx(ReadOnlySpan<Keypoint> keypoints)
    {
        BoundingBox box = BoundingBox.Around(keypoints);
        float height = MathF.Max(MinHeightPx, MathF.Max(box.WidthPx, box.HeightPx) / BoxShare);
        int count = 0;
        foreach ((int from, int to, float share) in segments)
        {
            if (keypoints[from].IsPresent && keypoints[to].IsPresent)
            {
                implied[count++] = MathF.Sqrt(Squared(keypoints[from].X - keypoints[to].X) + Squared(keypoints[from].Y - keypoints[to].Y)) / share;
            }
        }

        if (count == 0)
        {
            return height;
        }

        implied.AsSpan(0, count).Sort();
        return MathF.Max(height, implied[(int)(Quantile * (count - 1))]);
    }

    private static float Squared(float value) => value * value;
}
