namespace EdgePose.Tracking;

/// <summary>
/// The One-Euro filter (Casiez, Roussel and Vogel 2012, "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input") of a point in the plane. Its cut-off rises with speed, so
/// that rest is calm and motion does not lag. Two things differ from the paper. Both axes share one cut-off, from the length of the velocity, so that a turned picture is filtered alike.
/// The speed is in body heights a second, so that near and far people are filtered alike.
/// </summary>
internal struct OneEuroFilter
{
    // The paper's cut-off of the derivative.
    private const double SpeedCutoffHertz = 1;

    // Frames with the same time stamp would give an infinite speed.
    private const double MinSeconds = 0.001;

    private double x;
    private double y;
    private double velocityX;
    private double velocityY;

    /// <summary>Starts at a point, at rest.</summary>
    public static OneEuroFilter At(double x, double y) => new() { x = x, y = y };

    /// <summary>Takes in a point and gives the smoothed one.</summary>
    public (float X, float Y) Next(double nextX, double nextY, double seconds, double bodyHeightPx, double minCutoffHertz, double speedCoefficient)
    {
        seconds = Math.Max(seconds, MinSeconds);
        double share = Share(SpeedCutoffHertz, seconds);
        velocityX += share * (((nextX - x) / seconds) - velocityX);
        velocityY += share * (((nextY - y) / seconds) - velocityY);
        double speed = Math.Sqrt((velocityX * velocityX) + (velocityY * velocityY)) / bodyHeightPx;
        share = Share(minCutoffHertz + (speedCoefficient * speed), seconds);
        x += share * (nextX - x);
        y += share * (nextY - y);
        return ((float)x, (float)y);
    }

    /// <summary>Weight of a new sample in an exponential filter of the given cut-off.</summary>
    private static double Share(double cutoffHertz, double seconds) => 1 / (1 + (1 / (2 * Math.PI * cutoffHertz * seconds)));
}
