namespace EdgePose.Tracking;

/// <summary>
/// Where a person is expected: a centre that moves at nearly constant velocity, and the keypoints' offsets from it. The centre is no keypoint and no
/// box's middle, which would jump with each missed keypoint; it is what the shift of the common keypoints is measured against.
/// </summary>
internal sealed class MotionModel(int keypointCount, BodySize bodySize, Alignment alignment)
{
    // In body heights: a person changes speed by 0.5 heights a second (of a walk's 0.8) within about a second. Tuned on the tests' scenes.
    private const double AccelerationNoise = 0.5 * 0.5;
    private const double SpeedAtStart = 0.8;

    // In body heights: error of the median shift of a pose, from the networks' keypoint error of about 2 % of the height.
    private const double MeasuredError = 0.02;

    // In body heights: past this a prediction says nothing, and growing on would let it claim anybody.
    private const double MaxDeviation = 2;

    // A hidden person who walked on for long may have stopped: the expected velocity falls to 1/e in this time.
    private const double HiddenVelocitySeconds = 4;

    // Offsets follow the swing of the limbs within a few frames at 15 to 30 a second and at once at 5.
    private const double OffsetSeconds = 0.12;
    private const double SwingSeconds = 1;
    private const double HeightSeconds = 0.5;

    // A keypoint unseen for this long while its person was seen is no longer expected.
    private static readonly TimeSpan OffsetLife = TimeSpan.FromSeconds(1);

    private readonly Keypoint[] offsets = new Keypoint[keypointCount];
    private readonly float[] swing = new float[keypointCount];
    private readonly Keypoint[] predicted = new Keypoint[keypointCount];
    private readonly TimeSpan[] keypointSeenAt = new TimeSpan[keypointCount];
    private KalmanPoint centre;
    private TimeSpan predictedAt;
    private TimeSpan correctedAt;

    /// <summary>Expected keypoints in source pixels at the time of the latest prediction; unknown ones are absent.</summary>
    public ReadOnlySpan<Keypoint> Predicted => predicted;

    /// <summary>
    /// For each keypoint, how far it was lately found from where the shifted prediction had it: a variance along each axis, in square pixels.
    /// Large for the wrists and ankles of a person who walks, small for the trunk and the head, which therefore tell better who it is.
    /// </summary>
    public ReadOnlySpan<float> Swing => swing;

    /// <summary>Box of <see cref="Predicted"/>.</summary>
    public BoundingBox Box { get; private set; }

    /// <summary>Estimated standing height in pixels.</summary>
    public float HeightPx { get; private set; }

    /// <summary>Standard deviation of the predicted place along each axis, in pixels.</summary>
    public float DeviationPx => (float)Math.Min(Math.Sqrt(centre.Variance), MaxDeviation * HeightPx);

    public float VelocityXPxPerSecond => (float)centre.VelocityX;

    public float VelocityYPxPerSecond => (float)centre.VelocityY;

    /// <summary>Whether the body moves faster than this many of its heights a second.</summary>
    public bool IsFasterThan(float heightsPerSecond)
    {
        var (x, y, limit) = (VelocityXPxPerSecond, VelocityYPxPerSecond, heightsPerSecond * HeightPx);
        return (x * x) + (y * y) > limit * limit;
    }

    public void Start(ReadOnlySpan<Keypoint> keypoints, TimeSpan at)
    {
        HeightPx = bodySize.HeightPx(keypoints);
        BoundingBox box = BoundingBox.Around(keypoints);
        centre = KalmanPoint.At(box.CentreXPx, box.CentreYPx, Squared(MeasuredError * HeightPx), Squared(SpeedAtStart * HeightPx));
        predictedAt = correctedAt = at;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = keypoints[i].IsPresent ? FromCentre(keypoints[i]) : default;
            keypointSeenAt[i] = at;
            swing[i] = 0;
        }

        PlaceKeypoints();
    }

    public void Predict(TimeSpan to, bool hidden)
    {
        double seconds = (to - predictedAt).TotalSeconds;
        double damping = hidden ? Math.Exp(-seconds / HiddenVelocitySeconds) : 1;
        centre.Predict(seconds, AccelerationNoise * HeightPx * HeightPx, damping);
        predictedAt = to;
        PlaceKeypoints();
    }

    /// <summary>Takes in the pose of this person at the time of the latest prediction.</summary>
    public void Correct(ReadOnlySpan<Keypoint> keypoints)
    {
        (float shiftX, float shiftY, int common) = alignment.Shift(predicted, keypoints);
        if (common == 0)
        {
            // Another part of the body than before: only the boxes can be compared.
            BoundingBox box = BoundingBox.Around(keypoints);
            (shiftX, shiftY) = (box.CentreXPx - Box.CentreXPx, box.CentreYPx - Box.CentreYPx);
        }

        float scale = Alignment.Scale(predicted, keypoints);
        double measuredX = centre.X + shiftX;
        double measuredY = centre.Y + shiftY;

        // The fewer keypoints agree on the shift, the less it is worth; the error is quoted for a whole pose.
        centre.Correct(measuredX, measuredY, Squared(MeasuredError * HeightPx) * (1 + (4.0 / Math.Max(common, 1))));
        double seconds = (predictedAt - correctedAt).TotalSeconds;
        float share = (float)(1 - Math.Exp(-seconds / OffsetSeconds));
        float shareOfSwing = (float)(1 - Math.Exp(-seconds / SwingSeconds));
        for (int i = 0; i < offsets.Length; i++)
        {
            if (keypoints[i].IsPresent)
            {
                Keypoint seen = new((float)(keypoints[i].X - measuredX), (float)(keypoints[i].Y - measuredY), keypoints[i].Confidence);
                if (offsets[i].IsPresent)
                {
                    double away = (Squared(seen.X - offsets[i].X) + Squared(seen.Y - offsets[i].Y)) / 2;
                    swing[i] += shareOfSwing * ((float)away - swing[i]);
                }

                offsets[i] = offsets[i].IsPresent ? Between(offsets[i], seen, share) : seen;
                keypointSeenAt[i] = predictedAt;
            }
            else if (correctedAt - keypointSeenAt[i] > OffsetLife)
            {
                offsets[i] = default;
            }
            else
            {
                float factor = 1 + (share * (Math.Clamp(scale, 0.8f, 1.25f) - 1));
                offsets[i] = offsets[i] with { X = offsets[i].X * factor, Y = offsets[i].Y * factor };
            }
        }

        correctedAt = predictedAt;
        HeightPx += (float)(1 - Math.Exp(-seconds / HeightSeconds)) * (bodySize.HeightPx(offsets) - HeightPx);
        PlaceKeypoints();
    }

    private static Keypoint Between(Keypoint old, Keypoint seen, float share) =>
        new(old.X + (share * (seen.X - old.X)), old.Y + (share * (seen.Y - old.Y)), seen.Confidence);

    private static double Squared(double value) => value * value;

    private Keypoint FromCentre(Keypoint keypoint) => keypoint with { X = (float)(keypoint.X - centre.X), Y = (float)(keypoint.Y - centre.Y) };

    private void PlaceKeypoints()
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            predicted[i] = offsets[i].IsPresent
                ? offsets[i] with { X = (float)(centre.X + offsets[i].X), Y = (float)(centre.Y + offsets[i].Y) }
                : default;
        }

        Box = BoundingBox.Around(predicted);
    }
}
