namespace EdgePose.Tests.Tracking;

/// <summary>A person drawn by formula: COCO-18, with swinging arms and legs. Where he stands is a function of time.</summary>
public sealed class Walker(float heightPx, Func<double, (double X, double Y)> feet, double phase = 0, float breadth = 1)
{
    // Upright, facing the camera, in body heights: x to the right of the middle, y above the feet.
    private static readonly (float X, float Y)[] Upright =
    [
        (0, .92f), (0, .82f), (-.11f, .82f), (-.13f, .64f), (-.13f, .5f), (.11f, .82f), (.13f, .64f), (.13f, .5f), (-.06f, .53f),
        (-.06f, .29f), (-.06f, .04f), (.06f, .53f), (.06f, .29f), (.06f, .04f), (-.02f, .94f), (.02f, .94f), (-.045f, .93f), (.045f, .93f),
    ];

    // How far each keypoint swings forwards and backwards at a walk, in body heights; the other side of the body swings against it.
    private static readonly float[] Swing = [0, 0, 0, .04f, .1f, 0, -.04f, -.1f, 0, -.05f, -.14f, 0, .05f, .14f, 0, 0, 0, 0];

    public float HeightPx => heightPx;

    public (double X, double Y) Feet(double seconds) => feet(seconds);

    public void Draw(double seconds, Span<Keypoint> keypoints)
    {
        (double x, double y) = feet(seconds);
        (double aheadX, _) = feet(seconds + 0.05);
        double speed = Math.Min(1, Math.Abs(aheadX - x) / 0.05 / heightPx / 0.4);
        double swing = Math.Sin((2 * Math.PI * 0.95 * seconds) + phase) * speed;
        double bounce = 0.01 * Math.Abs(swing);
        for (int i = 0; i < keypoints.Length; i++)
        {
            keypoints[i] = new Keypoint(
                (float)(x + (heightPx * ((breadth * Upright[i].X) + (swing * Swing[i])))), (float)(y - (heightPx * (Upright[i].Y + bounce))), 0.8f);
        }
    }

    public static Func<double, (double X, double Y)> Line(double x, double y, double pxPerSecond) => t => (x + (pxPerSecond * t), y);

    /// <summary>Wanders within a room: a sum of slow sines with seeded frequencies, at a stroll.</summary>
    public static Func<double, (double X, double Y)> Wander(Random random, double widthPx, double heightPx)
    {
        double[] r = [.. Enumerable.Range(0, 8).Select(_ => random.NextDouble())];
        double Sine(double t, double lowest, double range, int i) => Math.Sin((t * (lowest + (range * r[i]))) + (6.28 * r[i + 1]));
        return t => (
            widthPx * (0.5 + (0.3 * Sine(t, 0.1, 0.25, 0)) + (0.15 * Sine(t, 0.3, 0.4, 2))),
            heightPx * (0.8 + (0.1 * Sine(t, 0.1, 0.2, 4)) + (0.05 * Sine(t, 0.3, 0.3, 6))));
    }
}
