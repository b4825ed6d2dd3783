namespace EdgePose.Tracking;

/// <summary>When a planner of views looked at a track, and how. Where every frame is looked at whole it stays as it is made.</summary>
internal sealed class Attention
{
    /// <summary>Whether the frame that comes next to the tracker was looked at where the track is. A track that was not is neither found nor missed.</summary>
    public bool IsWatched { get; set; } = true;

    /// <summary>Capture time of the last frame with a view of its own; <see cref="TimeSpan.MinValue"/> before the first.</summary>
    public TimeSpan LookedAt { get; set; } = TimeSpan.MinValue;

    /// <summary>Radians by which its last view was turned; 0 for an upright one.</summary>
    public double AngleRad { get; set; }

    /// <summary>Radians by which the torso leaned when it was last known.</summary>
    public double LeanRad { get; set; }

    /// <summary>Its view stays upright until then: a turned one has missed.</summary>
    public TimeSpan UprightUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>Begins again, for another person.</summary>
    public void Reset() => (IsWatched, LookedAt, AngleRad, LeanRad, UprightUntil) = (true, TimeSpan.MinValue, 0, 0, TimeSpan.MinValue);
}
