namespace EdgePose.Cameras.Frames;

/// <summary>
/// When a camera is due again. The rate holds on average: a late frame does not delay the next one. After a silence of more than one interval the count starts again, without a burst.
/// </summary>
public sealed class FrameRateCap
{
    private readonly TimeSpan configured;
    private long limitTicks;
    private TimeSpan due = TimeSpan.MinValue;

    /// <summary>Makes a cap.</summary>
    /// <param name="maxFps">Frames a second; 0 or less means no cap.</param>
    public FrameRateCap(double maxFps) => configured = Interval(maxFps);

    /// <summary>Caps further for a while; any thread may. From the next frame on.</summary>
    /// <param name="maxFps">Frames a second; 0 ends it.</param>
    public void Limit(double maxFps) => Interlocked.Exchange(ref limitTicks, Interval(maxFps).Ticks);

    /// <summary>When the camera is due, on the clock of <see cref="Take"/>.</summary>
    public TimeSpan Due => due;

    /// <summary>Whether a frame may be taken at <paramref name="now"/>.</summary>
    public bool IsDue(TimeSpan now) => now >= due;

    /// <summary>Notes that a frame was taken at <paramref name="now"/>.</summary>
    public void Take(TimeSpan now)
    {
        var limit = TimeSpan.FromTicks(Interlocked.Read(ref limitTicks));
        var interval = limit > configured ? limit : configured;
        due = due == TimeSpan.MinValue || now - due > interval ? now + interval : due + interval;
    }

    private static TimeSpan Interval(double maxFps) => maxFps > 0 ? TimeSpan.FromSeconds(1 / maxFps) : TimeSpan.Zero;
}
