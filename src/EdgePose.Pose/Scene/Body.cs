namespace EdgePose.Scene;

/// <summary>What one frame shows of a person's body: the middle of each pair of joints, and angles. Pixels, and degrees from the vertical.</summary>
internal sealed class Body(Skeleton skeleton)
{
    /// <summary>A less sure keypoint says nothing of a body.</summary>
    public const float MinConfidence = 0.1f;

    // Hip to sole and knee to sole, as shares of stature: Drillis and Contini 1966, as tabulated in Winter, "Biomechanics and Motor Control of Human Movement".
    private const float HipToSole = 0.53f;
    private const float KneeToSole = 0.285f;

    private readonly BodyPlan plan = new(skeleton);
    private readonly Keypoint[] keypoints = new Keypoint[skeleton.KeypointCount];

    public BodyPlan Plan => plan;

    public ReadOnlySpan<Keypoint> Keypoints => keypoints;

    public Spot Head { get; private set; }

    public Spot Shoulders { get; private set; }

    public Spot Hips { get; private set; }

    public Spot Knees { get; private set; }

    /// <summary>The point between the ankles; unknown unless both are seen, or one and the hips.</summary>
    public Spot Ankles { get; private set; }

    public BoundingBox Box { get; private set; }

    /// <summary>Middle of the torso, else of the box.</summary>
    public Spot Centre { get; private set; }

    /// <summary>Whether <see cref="Centre"/> is that of the torso.</summary>
    public bool HasTorso => Shoulders.IsKnown && Hips.IsKnown;

    /// <summary>Angle of the torso from upright, 0 to 180; NaN when a shoulder or a hip is missing.</summary>
    public float TorsoDegrees { get; private set; }

    /// <summary>The smaller of the thighs' angles from straight down, 0 to 180; NaN when neither is seen.</summary>
    public float ThighDegrees { get; private set; }

    /// <summary>Takes in the keypoints of a frame.</summary>
    public void Measure(ReadOnlySpan<Keypoint> seen)
    {
        seen.CopyTo(keypoints);
        Head = Face();
        Shoulders = Middle(plan.Shoulders);
        Hips = Middle(plan.Hips);
        Knees = Middle(plan.Knees);
        Ankles = AnkleMiddle();
        Box = BoundingBox.Around(keypoints);
        TorsoDegrees = HasBoth(plan.Shoulders) && HasBoth(plan.Hips) ? Shoulders.DegreesFromDownTo(Hips) : float.NaN;
        Centre = HasTorso ? Spot.Between(Shoulders, Hips) : new Spot(Box.CentreXPx, Box.CentreYPx);
        ThighDegrees = MathF.Min(
            OrNone(Of(plan.Hips.Left).DegreesFromDownTo(Of(plan.Knees.Left))), OrNone(Of(plan.Hips.Right).DegreesFromDownTo(Of(plan.Knees.Right))));
        ThighDegrees = ThighDegrees > 180 ? float.NaN : ThighDegrees;
        static float OrNone(float degrees) => float.IsNaN(degrees) ? 360 : degrees;
    }

    /// <summary>A keypoint's place, unknown when it is missing or doubtful.</summary>
    public Spot Of(int index, float minConfidence = MinConfidence) =>
        index >= 0 && keypoints[index].Confidence >= minConfidence && float.IsFinite(keypoints[index].X + keypoints[index].Y)
            ? new Spot(keypoints[index].X, keypoints[index].Y)
            : Spot.None;

    /// <summary>The point between the soles: of the ankles; else of knees or hips, extended by body proportions; else the bottom of the box.</summary>
    public Spot Feet(float heightPx)
    {
        if (Ankles.IsKnown)
        {
            return Ankles;
        }

        if (Knees.IsKnown)
        {
            return Below(Knees, Hips, KneeToSole * heightPx);
        }

        return Hips.IsKnown ? Below(Hips, Shoulders, HipToSole * heightPx) : new Spot(Box.CentreXPx, Box.YPx + Box.HeightPx);
    }

    /// <summary>The point between the hips, else the middle of the box.</summary>
    public Spot HipsOrMiddle() => Hips.IsKnown ? Hips : new Spot(Box.CentreXPx, Box.CentreYPx);

    private static Spot Below(Spot joint, Spot above, float lengthPx)
    {
        var way = above.IsKnown ? joint - above : new Spot(0, 1);
        return joint + (way.Length > 0 ? way * (lengthPx / way.Length) : new Spot(0, lengthPx));
    }

    private bool HasBoth((int Left, int Right) pair) => Of(pair.Left).IsKnown && Of(pair.Right).IsKnown;

    private Spot Middle((int Left, int Right) pair) => Spot.Between(Of(pair.Left), Of(pair.Right));

    /// <summary>One ankle alone stands a step away from the body's middle, so it gives the height and the hips give the side.</summary>
    private Spot AnkleMiddle()
    {
        var middle = Middle(plan.Ankles);
        if (!middle.IsKnown || HasBoth(plan.Ankles))
        {
            return middle;
        }

        return Hips.IsKnown && Hips.DegreesFromDownTo(middle) < 45 ? new Spot(Hips.X, middle.Y) : middle;
    }

    private Spot Face()
    {
        var (sum, count) = (new Spot(0, 0), 0);
        foreach (var index in plan.Face)
        {
            if (Of(index) is { IsKnown: true } spot)
            {
                (sum, count) = (sum + spot, count + 1);
            }
        }

        return count > 0 ? sum * (1f / count) : Spot.None;
    }
}
