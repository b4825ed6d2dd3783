namespace EdgePose.Tracking;

/// <summary>When a planner of views looked at a track, and how. Where every frame is looked at whole it stays as it is made.</summary>
internal sealed class Attention
{
    /// <summary>Long before any frame; times may be taken from it.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromDays(-10_000);

    /// <summary>Whether the frame that comes next to the tracker was looked at where the track is. A track that was not is neither found nor missed.</summary>
    public bool IsWatched { get; set; } = true;

    /// <summary>Capture time of the last frame with a view of its own; <see cref="Never"/> before the first.</summary>
    public TimeSpan LookedAt { get; set; } = Never;

    /// <summary>Radians by which its last view was turned; 0 for an upright one.</summary>
    public double AngleRad { get; set; }

    /// <summary>Radians by which the torso leaned when it was last known; not a number before.</summary>
    public double LeanRad { get; set; } = double.NaN;

    /// <summary>Its view stays upright until then: a turned one has missed.</summary>
    public TimeSpan UprightUntil { get; set; } = Never;

    /// <summary>Begins again, for another person.</summary>
    public void Reset() => (IsWatched, LookedAt, AngleRad, LeanRad, UprightUntil) = (true, Never, 0, double.NaN, Never);
}
