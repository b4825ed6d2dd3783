namespace EdgePose.Compression.Evaluation;

/// <summary>Where one person is: an upright box of the body's own frame, and how far the body leans. The view of a person is cut out by it.</summary>
/// <remarks>The geometry equals the training recipe's (training/views.py): a network is trained and measured on the same views.</remarks>
/// <param name="CentreX">Middle, source pixels.</param>
/// <param name="CentreY">Middle, source pixels.</param>
/// <param name="Width">Across the body, source pixels.</param>
/// <param name="Height">Along the body, source pixels.</param>
/// <param name="Angle">Radians from upright to the torso, clockwise in the picture; 0 where it leans less than a view is turned for.</param>
public readonly record struct PersonPlace(double CentreX, double CentreY, double Width, double Height, double Angle)
{
    /// <summary>How much larger than the box its view is: limbs reach out between two looks.</summary>
    private const double Grown = 1.25;

    /// <summary>Radians from which a view is turned. Source: REGIONS' study on a lying man.</summary>
    private const double TurnedAbove = 0.6;

    /// <summary>What a body reaches beyond its keypoints, where a box is taken from them.</summary>
    private const double BeyondKeypoints = 1.15;

    private const int LeftShoulder = 5;
    private const int RightShoulder = 6;
    private const int LeftHip = 11;
    private const int RightHip = 12;

    /// <summary>The place of a labelled person.</summary>
    /// <param name="person">With its box and at least one keypoint.</param>
    public static PersonPlace Of(CocoAnnotation person)
    {
        ArgumentNullException.ThrowIfNull(person);
        var points = Known(person.Keypoints);
        var angle = Lean(points);
        return angle == 0
            ? new(person.Box[0] + (person.Box[2] / 2), person.Box[1] + (person.Box[3] / 2), person.Box[2], person.Box[3], 0)
            : Around(points, angle);
    }

    /// <summary>The place of somebody whom a first look found.</summary>
    public static PersonPlace Of(CocoDetection found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var points = Known(found.Keypoints);
        return Around(points, Lean(points));
    }

    /// <summary>This place as a tracker that is a little wrong would give it.</summary>
    /// <param name="by">Standard deviation of position and size, in sizes of the box.</param>
    /// <param name="random">Where the error comes from.</param>
    public PersonPlace Wrong(double by, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var (x, y, size) = (Normal(random), Normal(random), Math.Exp(by * Normal(random)));
        return this with { CentreX = CentreX + (by * x * Width), CentreY = CentreY + (by * y * Height), Width = Width * size, Height = Height * size };
    }

    /// <summary>The window of this place in an input of that size.</summary>
    internal PersonView ViewOf(int heightPx, int widthPx)
    {
        var scale = Math.Min(heightPx / (Grown * Math.Max(Height, 1)), widthPx / (Grown * Math.Max(Width, 1)));
        return new(this, scale, heightPx, widthPx);
    }

    private static (double X, double Y)?[] Known(IReadOnlyList<double> keypoints)
    {
        var points = new (double X, double Y)?[keypoints.Count / 3];
        for (var k = 0; k < points.Length; k++)
        {
            points[k] = keypoints[(3 * k) + 2] > 0 ? (keypoints[3 * k], keypoints[(3 * k) + 1]) : null;
        }

        return points;
    }

    /// <summary>How far the torso leans, 0 where it is not known or leans too little to turn a view.</summary>
    private static double Lean((double X, double Y)?[] points)
    {
        if (points.Length <= RightHip || points[LeftShoulder] is not { } left || points[RightShoulder] is not { } right)
        {
            return 0;
        }

        (double X, double Y)[] hips = [.. new[] { points[LeftHip], points[RightHip] }.OfType<(double X, double Y)>()];
        if (hips.Length == 0)
        {
            return 0;
        }

        var (x, y) = (hips.Average(hip => hip.X) - ((left.X + right.X) / 2), hips.Average(hip => hip.Y) - ((left.Y + right.Y) / 2));
        var angle = Math.Atan2(-x, y);
        return Math.Abs(angle) > TurnedAbove && Math.Sqrt((x * x) + (y * y)) > 1e-3 ? angle : 0;
    }

    private static PersonPlace Around((double X, double Y)?[] points, double angle)
    {
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        var known = points.OfType<(double X, double Y)>().ToList();
        var (across, along) = (known.Select(p => (cos * p.X) + (sin * p.Y)).ToList(), known.Select(p => (cos * p.Y) - (sin * p.X)).ToList());
        var (x, y) = ((across.Min() + across.Max()) / 2, (along.Min() + along.Max()) / 2);
        return new(
            (cos * x) - (sin * y), (sin * x) + (cos * y),
            Math.Max(1, (across.Max() - across.Min()) * BeyondKeypoints), Math.Max(1, (along.Max() - along.Min()) * BeyondKeypoints), angle);
    }

    /// <summary>A standard normal deviate (Box and Muller 1958).</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
