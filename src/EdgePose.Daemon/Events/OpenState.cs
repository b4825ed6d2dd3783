using EdgePose.Scene;

namespace EdgePose.Daemon.Events;

/// <summary>A state of a scene that an event has opened and none has closed.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="End">The event that will close it.</param>
/// <param name="Subject">The zone or the gesture; empty for a fall.</param>
/// <param name="TrackId">The person's track; 0 for none.</param>
/// <param name="Detail">The fall's reason; empty for others.</param>
public sealed record OpenState(string Camera, SceneEventKind End, string Subject, long TrackId, string Detail)
{
    /// <summary>The state that an event opens; null when it opens none.</summary>
    public static OpenState? OpenedBy(string camera, in SceneEvent happened) => happened.Kind switch
    {
        SceneEventKind.ZoneEntered => new(camera, SceneEventKind.ZoneLeft, happened.Subject, happened.TrackId, ""),
        SceneEventKind.ZoneLimit => new(camera, SceneEventKind.ZoneNormal, happened.Subject, 0, ""),
        SceneEventKind.GestureStarted => new(camera, SceneEventKind.GestureEnded, happened.Subject, happened.TrackId, ""),
        SceneEventKind.FallSuspected or SceneEventKind.FallConfirmed => new(camera, SceneEventKind.FallEnded, "", happened.TrackId, happened.Detail),
        _ => null,
    };

    /// <summary>The state that an event closes; null when it closes none.</summary>
    public static OpenState? ClosedBy(string camera, in SceneEvent happened) => happened.Kind switch
    {
        SceneEventKind.ZoneLeft or SceneEventKind.GestureEnded => new(camera, happened.Kind, happened.Subject, happened.TrackId, ""),
        SceneEventKind.ZoneNormal => new(camera, happened.Kind, happened.Subject, 0, ""),
        SceneEventKind.FallRecovered or SceneEventKind.FallEnded => new(camera, SceneEventKind.FallEnded, "", happened.TrackId, happened.Detail),
        _ => null,
    };
}
