namespace EdgePose.Regions;

/// <summary>Network pixels that a camera may still use: a bucket that fills with time. What must be looked at may overdraw it.</summary>
internal sealed class PixelBudget
{
    // A start, and somebody who walks in, may use what was saved in this time.
    private const double SavedSeconds = 2;

    // A camera that shows no rate yet.
    private const double FirstSeconds = 1 / 15.0;

    private double left;
    private double secondsAFrame;
    private TimeSpan latest;
    private bool hasFrame;

    /// <summary>Whether anything is left.</summary>
    public bool IsLeft => left > 0;

    /// <summary>Fills for the next frame.</summary>
    /// <param name="now">Its capture time.</param>
    /// <param name="pixelsAFrame">What a frame may cost on average.</param>
    public void Fill(TimeSpan now, double pixelsAFrame)
    {
        // The rate is the camera's own: a frame that comes late was paid for by none.
        var seconds = hasFrame ? Math.Clamp((now - latest).TotalSeconds, 0, 1) : FirstSeconds;
        secondsAFrame = hasFrame && seconds > 0 ? secondsAFrame + (0.1 * (seconds - secondsAFrame)) : hasFrame ? secondsAFrame : FirstSeconds;
        var most = pixelsAFrame * SavedSeconds / Math.Max(secondsAFrame, 1e-3);
        left = hasFrame ? Math.Clamp(left + pixelsAFrame, -most, most) : most;
        (latest, hasFrame) = (now, true);
    }

    /// <summary>Adds a view to a plan, and takes its cost.</summary>
    /// <returns>False when the plan is full.</returns>
    public bool TryTake(in View view, ViewPlan plan)
    {
        if (!plan.TryAdd(view))
        {
            return false;
        }

        left -= view.Pixels;
        return true;
    }

    /// <summary>Begins again.</summary>
    public void Reset() => (left, hasFrame) = (0, false);
}
