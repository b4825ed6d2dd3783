namespace EdgePose.Tracking;

/// <summary>
/// Kalman filter of a point in the plane that moves at nearly constant velocity (white noise acceleration; Bar-Shalom, Li and Kirubarajan 2001,
/// section 6.2.2). Both axes see the same noise, so they share one covariance.
/// </summary>
internal struct KalmanPoint
{
    private double varianceOfPosition;
    private double covariance;
    private double varianceOfVelocity;

    public double X { get; private set; }

    public double Y { get; private set; }

    public double VelocityX { get; private set; }

    public double VelocityY { get; private set; }

    /// <summary>Variance of the position along each axis, in square pixels.</summary>
    public readonly double Variance => varianceOfPosition;

    /// <summary>Starts at rest at a measured point.</summary>
    public static KalmanPoint At(double x, double y, double variance, double varianceOfVelocity) =>
        new() { X = x, Y = y, varianceOfPosition = variance, varianceOfVelocity = varianceOfVelocity };

    /// <summary>Moves on by <paramref name="seconds"/>.</summary>
    /// <param name="seconds">0 or more.</param>
    /// <param name="noise">Spectral density of the acceleration, px^2/s^3.</param>
    /// <param name="damping">Factor on the velocity, 0 to 1: what is left of it at the end of the step.</param>
    public void Predict(double seconds, double noise, double damping)
    {
        X += VelocityX * seconds;
        Y += VelocityY * seconds;
        VelocityX *= damping;
        VelocityY *= damping;
        varianceOfPosition += (2 * seconds * covariance) + (seconds * seconds * varianceOfVelocity) + (noise * seconds * seconds * seconds / 3);
        covariance += (seconds * varianceOfVelocity) + (noise * seconds * seconds / 2);
        varianceOfVelocity += noise * seconds;
    }

    /// <summary>Takes in a measured point whose error has the given variance along each axis.</summary>
    public void Correct(double x, double y, double variance)
    {
        double innovation = varianceOfPosition + variance;
        double gain = varianceOfPosition / innovation;
        double gainOfVelocity = covariance / innovation;
        (double dx, double dy) = (x - X, y - Y);
        X += gain * dx;
        Y += gain * dy;
        VelocityX += gainOfVelocity * dx;
        VelocityY += gainOfVelocity * dy;
        varianceOfVelocity -= gainOfVelocity * covariance;
        covariance *= 1 - gain;
        varianceOfPosition *= 1 - gain;
    }
}
