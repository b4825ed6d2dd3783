using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Scene;

namespace EdgePose.Daemon.Events;

/// <summary>Writes what happens in scenes, as docs/events describes it.</summary>
public static class ScenePayloads
{
    /// <summary>One event.</summary>
    public static void WriteEvent(Utf8JsonWriter json, in FrameMoment frame, in SceneEvent happened)
    {
        ArgumentNullException.ThrowIfNull(json);
        Write(json, frame.CameraId, JsonNames.Of(frame.Clock), At(frame, happened.At), At(frame, happened.Since), happened);
    }

    /// <summary>The end of a state that was open when the daemon was ended.</summary>
    public static void WriteRestart(Utf8JsonWriter json, OpenState state, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(state);
        var end = new SceneEvent { Kind = state.End, Subject = state.Subject, TrackId = state.TrackId, Detail = state.Detail, Cause = EndCause.Restart };
        Write(json, state.Camera, JsonNames.Of(CaptureClock.Arrival), at, at, end);
    }

    /// <summary>How a scene stands: people in zones, totals of lines, open falls.</summary>
    public static void WriteScene(Utf8JsonWriter json, string camera, DateTimeOffset at, IEnumerable<(string Id, int People)> zones, IEnumerable<(string Id, long In, long Out)> lines, int falls)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteNumber("version"u8, Payloads.SchemaVersion);
        json.WriteString("camera"u8, camera);
        json.WriteString("capturedAt"u8, at);
        json.WriteStartObject("zones"u8);
        foreach (var (id, people) in zones)
        {
            json.WriteStartObject(id);
            json.WriteNumber("people"u8, people);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("lines"u8);
        foreach (var (id, totalIn, totalOut) in lines)
        {
            json.WriteStartObject(id);
            json.WriteNumber("in"u8, totalIn);
            json.WriteNumber("out"u8, totalOut);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("openFalls"u8, falls);
        json.WriteEndObject();
        json.Flush();
    }

    private static DateTimeOffset At(in FrameMoment frame, TimeSpan at) => frame.CapturedAt - (frame.CapturedMonotonic - at);

    private static bool IsEnd(SceneEventKind kind) =>
        kind is SceneEventKind.ZoneLeft or SceneEventKind.ZoneNormal or SceneEventKind.GestureEnded or SceneEventKind.FallEnded or SceneEventKind.FallRecovered;

    private static void Write(Utf8JsonWriter json, string camera, string clock, DateTimeOffset at, DateTimeOffset since, in SceneEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, Payloads.SchemaVersion);
        json.WriteString("camera"u8, camera);
        json.WriteString("kind"u8, JsonNames.Of(happened.Kind));
        json.WriteString("capturedAt"u8, at);
        json.WriteString("captureClock"u8, clock);
        json.WriteString("since"u8, since);
        WriteSubject(json, happened);
        if (happened.TrackId > 0)
        {
            json.WriteNumber("trackId"u8, happened.TrackId);
        }

        if (happened.FormerTrackId > 0)
        {
            json.WriteNumber("formerTrackId"u8, happened.FormerTrackId);
        }

        if (IsEnd(happened.Kind))
        {
            json.WriteString("cause"u8, JsonNames.Of(happened.Cause));
        }

        json.WriteStartObject("evidence"u8);
        foreach (var reading in happened.Evidence)
        {
            if (reading.Name is { } name)
            {
                json.WriteNumber(name, Math.Round(reading.Value, 3));
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteSubject(Utf8JsonWriter json, in SceneEvent happened)
    {
        switch (happened.Kind)
        {
            case SceneEventKind.ZoneEntered or SceneEventKind.ZoneLeft or SceneEventKind.ZoneDwell or SceneEventKind.ZoneNormal:
                json.WriteString("zone"u8, happened.Subject);
                json.WriteNumber("people"u8, happened.People);
                break;
            case SceneEventKind.ZoneLimit:
                json.WriteString("zone"u8, happened.Subject);
                json.WriteString("limit"u8, happened.Detail);
                json.WriteNumber("people"u8, happened.People);
                break;
            case SceneEventKind.LineCrossed:
                json.WriteString("line"u8, happened.Subject);
                json.WriteString("direction"u8, happened.Detail);
                json.WriteNumber("totalIn"u8, happened.TotalIn);
                json.WriteNumber("totalOut"u8, happened.TotalOut);
                break;
            case SceneEventKind.PostureChanged:
                json.WriteString("posture"u8, happened.Detail);
                json.WriteString("formerPosture"u8, happened.Former);
                break;
            case SceneEventKind.FallSuspected or SceneEventKind.FallConfirmed or SceneEventKind.FallLongLie or SceneEventKind.FallRecovered or SceneEventKind.FallEnded:
                json.WriteString("reason"u8, happened.Detail);
                break;
            case SceneEventKind.GestureStarted or SceneEventKind.GestureEnded:
                json.WriteString("gesture"u8, happened.Subject);
                break;
            case SceneEventKind.Renamed:
                break;
            default:
                throw new InvalidOperationException($"{happened.Kind} has no payload.");
        }
    }
}
