using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Scene;

namespace EdgePose.Daemon.Events;

/// <summary>Sends what happens in scenes to the broker: events that must arrive, and each camera's retained scene.</summary>
/// <param name="publisher">Sends.</param>
/// <param name="topics">Where to.</param>
/// <param name="ids">Ids of events.</param>
/// <param name="journal">Keeps totals and open states over restarts; null where nothing can be kept.</param>
/// <param name="time">The clock.</param>
public sealed class ScenePublisher(MqttPublisher publisher, Topics topics, EventIds ids, SceneJournal? journal, TimeProvider time) : ISceneOutput
{
    private const string EventType = "edgepose.event";

    /// <summary>After a restart: sends again what the killed run may have lost, closes the states that it left open, and empties the retained scenes.</summary>
    /// <param name="cameras">Cameras whose scene is watched.</param>
    public void Resume(IEnumerable<string> cameras)
    {
        ArgumentNullException.ThrowIfNull(cameras);
        foreach (var message in journal?.Unsettled ?? [])
        {
            publisher.PostEvent(message);
        }

        var now = time.GetUtcNow();
        foreach (var state in journal?.Interrupted ?? [])
        {
            var payload = Written(json => ScenePayloads.WriteRestart(json, state, now));
            publisher.PostEvent(new StoredMessage(ids.Of(ids.Next()), topics.Event(state.Camera), EventType, now, payload));
        }

        foreach (var camera in cameras)
        {
            publisher.PostRetained(topics.Scene(camera), Written(json => ScenePayloads.WriteScene(json, camera, now, [], TotalsOf(camera), 0)));
        }
    }

    /// <inheritdoc/>
    public void Began(string camera, CameraScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        foreach (var (line, totalIn, totalOut) in TotalsOf(camera))
        {
            scene.Restore(line, totalIn, totalOut);
        }
    }

    /// <inheritdoc/>
    public void Happened(in FrameMoment frame, in SceneEvent happened)
    {
        var (moment, what) = (frame, happened);
        var payload = Written(json => ScenePayloads.WriteEvent(json, moment, what));
        var message = new StoredMessage(ids.Of(ids.Next()), topics.Event(frame.CameraId), EventType, frame.CapturedAt, payload);
        journal?.Record(frame.CameraId, happened, message);
        publisher.PostEvent(message);
    }

    /// <inheritdoc/>
    public void Settled(in FrameMoment frame, CameraScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var (camera, at) = (frame.CameraId, frame.CapturedAt);
        publisher.PostRetained(topics.Scene(camera), Written(json => ScenePayloads.WriteScene(json, camera, at, scene.Zones, scene.Lines, scene.OpenFalls)));
    }

    private IEnumerable<(string Line, long In, long Out)> TotalsOf(string camera) => journal?.TotalsOf(camera) ?? [];

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
