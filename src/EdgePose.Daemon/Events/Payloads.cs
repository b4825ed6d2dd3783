using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Supervision;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Events;

/// <summary>Writes the payloads that docs/events describes. Positions are normalised by the frame: 0 is the left or top edge, 1 the right or bottom one.</summary>
public static class Payloads
{
    /// <summary>Version of the payloads; raised when a consumer would have to change.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonEncodedText[] Clocks = [JsonEncodedText.Encode("ntp"), JsonEncodedText.Encode("arrival"), JsonEncodedText.Encode("file")];

    /// <summary>The people of one frame.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="people">Its visible tracks, keypoints in the decoded frame's pixels.</param>
    /// <param name="output">The skeleton that is published.</param>
    /// <param name="publishedAt">Now, UTC.</param>
    /// <param name="latency">From arrival (or capture, where the camera tells) to now.</param>
    public static void WritePose(Utf8JsonWriter json, in FrameMoment frame, ReadOnlySpan<Track> people, OutputSkeleton output, DateTimeOffset publishedAt, TimeSpan latency)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(output);
        json.WriteStartObject();
        json.WriteNumber("version"u8, SchemaVersion);
        json.WriteString("camera"u8, frame.CameraId);
        json.WriteNumber("sequence"u8, frame.Sequence);
        json.WriteString("capturedAt"u8, frame.CapturedAt);
        json.WriteString("captureClock"u8, Clocks[(int)frame.Clock]);
        json.WriteString("publishedAt"u8, publishedAt);
        json.WriteNumber("latencyMs"u8, Round(latency.TotalMilliseconds, 10));
        json.WriteStartObject("source"u8);
        json.WriteNumber("widthPx"u8, frame.SourceWidthPx);
        json.WriteNumber("heightPx"u8, frame.SourceHeightPx);
        json.WriteEndObject();
        json.WriteString("skeleton"u8, output.Skeleton.Id);
        json.WriteStartArray("people"u8);
        foreach (var person in people)
        {
            json.WriteStartObject();
            json.WriteNumber("trackId"u8, person.Id);
            WriteBody(json, person, frame.WidthPx, frame.HeightPx, output);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Start, update or end of a track.</summary>
    public static void WriteTrack(Utf8JsonWriter json, string kind, in FrameMoment frame, Track track, DateTimeOffset startedAt, OutputSkeleton output)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(track);
        ArgumentNullException.ThrowIfNull(output);
        json.WriteStartObject();
        json.WriteNumber("version"u8, SchemaVersion);
        json.WriteString("camera"u8, frame.CameraId);
        json.WriteString("kind"u8, kind);
        json.WriteNumber("trackId"u8, track.Id);
        json.WriteString("capturedAt"u8, frame.CapturedAt);
        json.WriteString("captureClock"u8, Clocks[(int)frame.Clock]);
        json.WriteString("startedAt"u8, startedAt);
        json.WriteNumber("durationSeconds"u8, Round((track.LastSeenAt - track.StartedAt).TotalSeconds, 1000));
        json.WriteNumber("framesSeen"u8, track.FramesSeen);
        json.WriteString("skeleton"u8, output.Skeleton.Id);
        WriteBody(json, track, frame.WidthPx, frame.HeightPx, output);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Where a camera stands, as a payload of its own.</summary>
    public static byte[] StateOf(CameraStatus status)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        WriteState(json, status);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Where a camera stands.</summary>
    public static void WriteState(Utf8JsonWriter json, CameraStatus status)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(status);
        json.WriteStartObject();
        json.WriteNumber("version"u8, SchemaVersion);
        json.WriteString("camera"u8, status.Id);
        json.WriteString("state"u8, JsonNames.Of(status.State));
        json.WriteString("fault"u8, JsonNames.Of(status.Fault));
        json.WriteString("message"u8, status.Message);
        json.WriteString("since"u8, status.Since);
        json.WriteString("picture"u8, JsonNames.Of(status.Picture));
        WriteCounters(json, status);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>What became of a camera's frames, as properties of the object that is being written.</summary>
    public static void WriteCounters(Utf8JsonWriter json, CameraStatus status)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(status);
        json.WriteNumber("framesReceived"u8, status.FramesReceived);
        json.WriteNumber("framesInferred"u8, status.FramesInferred);
        json.WriteNumber("framesSuperseded"u8, status.FramesSuperseded);
        json.WriteNumber("framesCapped"u8, status.FramesCapped);
        json.WriteNumber("framesFaulty"u8, status.FramesFaulty);
        json.WriteNumber("restarts"u8, status.Restarts);
        json.WriteNumber("pictureFaults"u8, status.PictureFaults);
    }

    private static void WriteBody(Utf8JsonWriter json, Track track, int widthPx, int heightPx, OutputSkeleton output)
    {
        var box = track.Box;
        json.WriteNumber("score"u8, Round(track.Score, 1000));
        json.WriteStartArray("box"u8);
        json.WriteNumberValue(Round((box.XPx + .5) / widthPx, 10_000));
        json.WriteNumberValue(Round((box.YPx + .5) / heightPx, 10_000));
        json.WriteNumberValue(Round(box.WidthPx / widthPx, 10_000));
        json.WriteNumberValue(Round(box.HeightPx / heightPx, 10_000));
        json.WriteEndArray();
        json.WriteStartArray("keypoints"u8);
        var keypoints = track.Keypoints;
        foreach (var index in output.From)
        {
            var keypoint = keypoints[index];
            var present = keypoint.IsPresent && float.IsFinite(keypoint.X + keypoint.Y);
            json.WriteStartArray();
            json.WriteNumberValue(present ? Round((keypoint.X + .5) / widthPx, 10_000) : 0);
            json.WriteNumberValue(present ? Round((keypoint.Y + .5) / heightPx, 10_000) : 0);
            json.WriteNumberValue(present ? Round(Math.Min(keypoint.Confidence, 1), 1000) : 0);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static double Round(double value, double steps) => Math.Round(value * steps) / steps;
}
