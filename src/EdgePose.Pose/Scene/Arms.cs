namespace EdgePose.Scene;

/// <summary>What a person's arms do. A doubtful wrist or elbow says nothing.</summary>
internal sealed class Arms
{
    // A raised wrist is this far above the shoulder, in body heights.
    private const float RaisedHeights = 0.15f;
    private const float StraightElbowDegrees = 150;
    private const float MaxFromHorizontalDegrees = 30;

    // The heatmap of a wrist that is seen well peaks above this.
    private const float MinConfidence = 0.3f;

    private Swing left;
    private Swing right;

    public bool LeftIsRaised { get; private set; }

    public bool RightIsRaised { get; private set; }

    /// <summary>Height of the wrists above their shoulders, in body heights; NaN when doubtful.</summary>
    public float LeftWrist { get; private set; }

    public float RightWrist { get; private set; }

    public bool Waves { get; private set; }

    /// <summary>Changes of direction of the hand that waves more, in the last two seconds.</summary>
    public int Changes { get; private set; }

    public bool PointsLeft { get; private set; }

    public bool PointsRight { get; private set; }

    public void Reset() => (left, right) = (default, default);

    public void See(Body body, float height, double seconds)
    {
        var plan = body.Plan;
        var (leftArm, rightArm) = (Arm(plan.Shoulders.Left, plan.Elbows.Left, plan.Wrists.Left), Arm(plan.Shoulders.Right, plan.Elbows.Right, plan.Wrists.Right));
        (LeftWrist, RightWrist) = (leftArm.Rise(height), rightArm.Rise(height));
        (LeftIsRaised, RightIsRaised) = (leftArm.IsRaised(height), rightArm.IsRaised(height));
        left.See(leftArm, height, seconds);
        right.See(rightArm, height, seconds);
        Changes = Math.Max(left.Changes(seconds), right.Changes(seconds));
        Waves = Changes >= Swing.MinChanges;
        PointsLeft = leftArm.Points(-1) || rightArm.Points(-1);
        PointsRight = leftArm.Points(1) || rightArm.Points(1);

        Limbs Arm(int shoulder, int elbow, int wrist) => new(body.Of(shoulder), body.Of(elbow, MinConfidence), body.Of(wrist, MinConfidence));
    }

    private readonly record struct Limbs(Spot Shoulder, Spot Elbow, Spot Wrist)
    {
        public float Rise(float height) => (Shoulder.Y - Wrist.Y) / height;

        public bool IsRaised(float height) => Rise(height) >= RaisedHeights && Elbow.Y < Shoulder.Y;

        public bool Points(int direction)
        {
            var (upper, whole) = (Elbow - Shoulder, Wrist - Shoulder);
            var bend = MathF.Abs(Shoulder.DegreesFromDownTo(Elbow) - Elbow.DegreesFromDownTo(Wrist));
            return upper.X * direction > 0 && whole.X * direction > 0 && bend <= 180 - StraightElbowDegrees
                && MathF.Abs(Shoulder.DegreesFromDownTo(Elbow) - 90) <= MaxFromHorizontalDegrees;
        }
    }

    /// <summary>The sideways way of one wrist against its elbow, while above it.</summary>
    private struct Swing
    {
        public const int MinChanges = 3;
        private const double WindowSeconds = 2;
        private const float Amplitude = 0.1f;

        private float extreme;
        private int direction;
        private bool isUp;
        private (double First, double Second, double Third) turns;

        public void See(Limbs arm, float height, double seconds)
        {
            var way = (arm.Wrist - arm.Elbow).X / height;
            if (!(arm.Wrist.Y < arm.Elbow.Y) || float.IsNaN(way))
            {
                (isUp, direction) = (false, 0);
                return;
            }

            if (!isUp)
            {
                (isUp, extreme, direction, turns) = (true, way, 0, (double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity));
            }

            var heading = Math.Sign(way - extreme);
            if (heading == direction)
            {
                extreme = way;
            }
            else if (MathF.Abs(way - extreme) >= Amplitude)
            {
                turns = direction == 0 ? turns : (turns.Second, turns.Third, seconds);
                (extreme, direction) = (way, heading);
            }
        }

        public readonly int Changes(double seconds) => !isUp ? 0
            : (seconds - turns.First <= WindowSeconds ? 1 : 0) + (seconds - turns.Second <= WindowSeconds ? 1 : 0) + (seconds - turns.Third <= WindowSeconds ? 1 : 0);
    }
}
