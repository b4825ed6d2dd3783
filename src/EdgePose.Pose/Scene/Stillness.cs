namespace EdgePose.Scene;

/// <summary>For how long a place has not moved: the mean of half a second stays within a small circle.</summary>
internal struct Stillness
{
    // Below 0.05 H/s for three seconds; noise of the mean of half a second is 0.01 H.
    private const float RadiusHeights = 0.15f;
    private const double MeanSeconds = 0.5;

    private Spot mean;
    private Spot anchor;
    private double seenAt;

    /// <summary>Since when, in seconds.</summary>
    public double Since { get; private set; }

    public static Stillness At(Spot place, double seconds) => new() { mean = place, anchor = place, seenAt = seconds, Since = seconds };

    public void See(Spot place, float height, double seconds)
    {
        mean += (place - mean) * (float)(1 - Math.Exp(-(seconds - seenAt) / MeanSeconds));
        seenAt = seconds;
        if (mean.DistanceTo(anchor) > RadiusHeights * height)
        {
            (anchor, Since) = (mean, seconds);
        }
    }
}
