namespace EdgePose.Scene;

/// <summary>What happened. The names are those of the events.</summary>
public enum SceneEventKind
{
    /// <summary>A person entered a zone.</summary>
    ZoneEntered,

    /// <summary>A person left a zone.</summary>
    ZoneLeft,

    /// <summary>A person has been in a zone for one of its lengths of stay.</summary>
    ZoneDwell,

    /// <summary>The number of people in a zone passed a limit.</summary>
    ZoneLimit,

    /// <summary>The number of people in a zone is within its limits again.</summary>
    ZoneNormal,

    /// <summary>A person crossed a line.</summary>
    LineCrossed,

    /// <summary>A person's posture changed.</summary>
    PostureChanged,

    /// <summary>A person may have fallen.</summary>
    FallSuspected,

    /// <summary>A person has fallen and lies.</summary>
    FallConfirmed,

    /// <summary>A fallen person still lies.</summary>
    FallLongLie,

    /// <summary>A fallen person stands or sits again.</summary>
    FallRecovered,

    /// <summary>Nothing more is known of a fallen person.</summary>
    FallEnded,

    /// <summary>A gesture began.</summary>
    GestureStarted,

    /// <summary>A gesture ended.</summary>
    GestureEnded,

    /// <summary>A person goes on under another track id.</summary>
    Renamed,
}
