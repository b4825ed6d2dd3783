using EdgePose.Tracking;

namespace EdgePose.Regions;

/// <summary>
/// The view of a tracked person: it follows the predicted pose, grows with the uncertainty, and is turned upright by the torso. A turned view that misses is upright for a while:
/// two exchanged keypoints would else lose the person.
/// </summary>
internal sealed class PersonViews(Skeleton skeleton, int widthPx, int heightPx)
{
    /// <summary>What a body reaches beyond its keypoints. Source: the training recipe's views.</summary>
    private const double BeyondKeypoints = 1.15;

    /// <summary>How much larger than the body its view is: limbs reach out between two looks. Source: likewise.</summary>
    private const double Grown = 1.25;

    // Radians. A view begins to be turned where the training recipe's is, and stays so until the torso is clearly upright again.
    private const double TurnedAbove = 0.6;
    private const double UprightBelow = 0.4;

    // A body that leaned so far and was then missed may lie.
    private const double LeaningAbove = 0.2;
    private const double FallenRad = 1.2;

    // A fall turns the torso by so much between two looks at 10 fps; a larger step is a wrong keypoint.
    private const double MaxGoingOnRad = 0.25;
    private static readonly TimeSpan GoingOnTime = TimeSpan.FromSeconds(0.25);

    // A turned view follows the torso by steps: the map of a view that trembles trembles with it.
    private const double AngleStep = 0.15;

    // In body heights: a view shows at least the upper body, even where only a face was found, and its breadth is that of shoulders.
    private const double MinAlong = 0.6;
    private const double MinAcross = 0.35;

    // Standard deviations of the predicted place that a view adds on each side.
    private const double Deviations = 2;

    // In body heights: a view that grew further on each side would show a body that is too small to be found.
    private const double MaxSpare = 0.5;

    // Enlarging further shows no more.
    private const double MaxScale = 4;

    private static readonly TimeSpan UprightTime = TimeSpan.FromSeconds(1);

    private readonly int leftShoulder = skeleton.IndexOf("left_shoulder");
    private readonly int rightShoulder = skeleton.IndexOf("right_shoulder");
    private readonly int leftHip = skeleton.IndexOf("left_hip");
    private readonly int rightHip = skeleton.IndexOf("right_hip");

    /// <summary>The view of a track in the frame that comes next. The track's prediction is of that frame.</summary>
    /// <param name="track">Somebody tracked.</param>
    /// <param name="now">Capture time of the frame.</param>
    public View Of(Track track, TimeSpan now)
    {
        var attention = track.Attention;
        var lean = track.FramesMissed == 0 ? Lean(track.Keypoints) : null;
        var angle = track.FramesMissed == 0 ? Turn(attention, lean, now) : Other(attention, track.FramesMissed, now);
        (attention.LeanRad, attention.AngleRad, attention.LookedAt, attention.IsWatched) = (lean ?? attention.LeanRad, angle, now, true);
        return Around(track.Motion, angle);
    }

    /// <summary>The turn of the next view of who was found: that of the torso, which goes on turning as it did, with hysteresis.</summary>
    private static double Turn(Attention attention, double? lean, TimeSpan now)
    {
        if (attention.AngleRad != 0)
        {
            attention.UprightUntil = Attention.Never;
        }

        if (now < attention.UprightUntil)
        {
            return 0;
        }

        var before = attention.AngleRad;
        if (lean is not { } known)
        {
            return before;
        }

        var goesOn = now - attention.LookedAt <= GoingOnTime && !double.IsNaN(attention.LeanRad);
        var turned = known + (goesOn ? Math.Clamp(Difference(known, attention.LeanRad), -MaxGoingOnRad, MaxGoingOnRad) : 0);
        if (Math.Abs(turned) < (before == 0 ? TurnedAbove : UprightBelow))
        {
            return 0;
        }

        return before != 0 && Math.Abs(Difference(turned, before)) < AngleStep ? before : turned;
    }

    /// <summary>The turn of the next view of who was missed: upright after a turned view, and the way that the body leaned after an upright one.</summary>
    private static double Other(Attention attention, int misses, TimeSpan now)
    {
        if (attention.AngleRad != 0)
        {
            attention.UprightUntil = misses == 1 ? now + UprightTime : attention.UprightUntil;
            return 0;
        }

        return Math.Abs(attention.LeanRad) >= LeaningAbove ? Math.CopySign(Math.Max(FallenRad, Math.Abs(attention.LeanRad)), attention.LeanRad) : 0;
    }

    private static double Difference(double one, double other) => Math.IEEERemainder(one - other, 2 * Math.PI);

    /// <summary>How far the torso leans, radians clockwise; null where it is not known.</summary>
    private double? Lean(ReadOnlySpan<Keypoint> pose)
    {
        if (leftShoulder < 0 || rightShoulder < 0 || leftHip < 0 || rightHip < 0 || !pose[leftShoulder].IsPresent || !pose[rightShoulder].IsPresent)
        {
            return null;
        }

        var (left, right) = (pose[leftHip], pose[rightHip]);
        if (!left.IsPresent && !right.IsPresent)
        {
            return null;
        }

        left = left.IsPresent ? left : right;
        right = right.IsPresent ? right : left;
        var x = ((left.X + right.X) - (pose[leftShoulder].X + pose[rightShoulder].X)) / 2.0;
        var y = ((left.Y + right.Y) - (pose[leftShoulder].Y + pose[rightShoulder].Y)) / 2.0;
        return (x * x) + (y * y) < 1 ? null : Math.Atan2(-x, y);
    }

    private View Around(MotionModel motion, double angle)
    {
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        double left = double.PositiveInfinity, right = double.NegativeInfinity, top = double.PositiveInfinity, bottom = double.NegativeInfinity;
        foreach (var keypoint in motion.Predicted)
        {
            if (keypoint.IsPresent)
            {
                var (across, along) = ((cos * keypoint.X) + (sin * keypoint.Y), (cos * keypoint.Y) - (sin * keypoint.X));
                (left, right) = (Math.Min(left, across), Math.Max(right, across));
                (top, bottom) = (Math.Min(top, along), Math.Max(bottom, along));
            }
        }

        // What is missing is below: a face is found before the legs are.
        bottom = Math.Max(bottom, top + (MinAlong * motion.HeightPx));
        var (middle, breadth) = ((left + right) / 2, Math.Max(right - left, MinAcross * motion.HeightPx));
        var spare = 2 * Math.Min(Deviations * motion.DeviationPx, MaxSpare * motion.HeightPx);
        var (width, height) = ((breadth * BeyondKeypoints * Grown) + spare, ((bottom - top) * BeyondKeypoints * Grown) + spare);
        var scale = Math.Min(MaxScale, Math.Min(widthPx / width, heightPx / height));
        var centre = (top + bottom) / 2;
        return View.Around(ViewKind.Person, (cos * middle) - (sin * centre), (sin * middle) + (cos * centre), angle, scale, widthPx, heightPx, motion.Box);
    }
}
