namespace EdgePose.Scene;

/// <summary>One thing that happened in a scene.</summary>
public readonly record struct SceneEvent
{
    /// <summary>What happened.</summary>
    public required SceneEventKind Kind { get; init; }

    /// <summary>Id of the zone or the line, or the name of the gesture; empty for others.</summary>
    public string Subject { get; init; }

    /// <summary>The person's track; 0 where an event is about no single person.</summary>
    public long TrackId { get; init; }

    /// <summary>The track under which the person was known before; 0 for none.</summary>
    public long FormerTrackId { get; init; }

    /// <summary>Time of the frame that made it known, on the camera's clock.</summary>
    public TimeSpan At { get; init; }

    /// <summary>When it began, on the camera's clock.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>Why a state was closed.</summary>
    public EndCause Cause { get; init; }

    /// <summary>A word of the kind's own: direction, posture, reason or limit. Empty for none.</summary>
    public string Detail { get; init; }

    /// <summary>The word that was true before, such as the former posture. Empty for none.</summary>
    public string Former { get; init; }

    /// <summary>People in the zone with this event.</summary>
    public int People { get; init; }

    /// <summary>Crossings of the line in its direction since the reset, this one included.</summary>
    public long TotalIn { get; init; }

    /// <summary>Crossings of the line against its direction since the reset, this one included.</summary>
    public long TotalOut { get; init; }

    /// <summary>The values that made it true.</summary>
    public Evidence Evidence { get; init; }
}
