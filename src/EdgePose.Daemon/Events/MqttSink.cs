using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Delivery.Broker;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Events;

/// <summary>Turns what the pipeline found into messages: poses (rate-capped, volatile), and start, update and end of tracks (which must arrive).</summary>
public sealed class MqttSink(MqttPublisher publisher, Topics topics, EventIds ids, OutputSkeleton output, MqttConfig config, TimeProvider time) : IPoseSink
{
    private readonly Dictionary<string, CameraOutput> cameras = new(StringComparer.Ordinal);
    private volatile MqttConfig config = config;

    /// <summary>Takes over other rates; from the next frame of each camera on.</summary>
    public void Configure(MqttConfig next) => config = next;

    /// <inheritdoc/>
    public void Publish(CameraFeed feed, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(frame);
        if (!cameras.TryGetValue(frame.CameraId, out var camera))
        {
            cameras[frame.CameraId] = camera = new CameraOutput(topics, frame.CameraId);
        }

        camera.Configure(config);

        if (camera.PoseCap.IsDue(frame.CapturedMonotonic))
        {
            camera.PoseCap.Take(frame.CapturedMonotonic);
            PublishPose(camera, feed.Tracker, frame);
        }
        else
        {
            publisher.Poses.CountCapped();
        }

        camera.Latest = FrameMoment.Of(frame);
        PublishTracks(camera, feed.Tracker, frame.CapturedMonotonic);
    }

    /// <inheritdoc/>
    public void EndTracks(CameraFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        if (cameras.Remove(feed.Config.Id, out var camera)) // its next frame may be of a clock that was started anew
        {
            foreach (var track in feed.Tracker.Ended)
            {
                PostTrack(camera, "end", track);
            }
        }
    }

    private void PublishPose(CameraOutput camera, Tracker tracker, Frame frame)
    {
        var now = time.GetUtcNow();
        var latency = frame.Clock == CaptureClock.Ntp ? now - frame.CapturedAt : time.GetElapsedTime(frame.ArrivedTimestamp);
        var message = publisher.Poses.Rent();
        message.Topic = camera.PoseTopic;
        message.Sequence = ids.Next();
        message.At = frame.CapturedAt;
        Payloads.WritePose(message.Writer, frame, tracker.Visible, output, now, latency);
        publisher.Poses.Post(message);
        publisher.Wake();
    }

    private void PublishTracks(CameraOutput camera, Tracker tracker, TimeSpan now)
    {
        foreach (var track in tracker.Started)
        {
            PostTrack(camera, "start", track);
            camera.LastUpdates[track.Id] = now;
        }

        foreach (var track in tracker.Visible)
        {
            if (camera.LastUpdates.TryGetValue(track.Id, out var last) && (now - last).TotalSeconds >= config.TrackUpdateIntervalSeconds)
            {
                PostTrack(camera, "update", track);
                camera.LastUpdates[track.Id] = now;
            }
        }

        foreach (var track in tracker.Ended)
        {
            PostTrack(camera, "end", track);
            camera.LastUpdates.Remove(track.Id);
        }
    }

    private void PostTrack(CameraOutput camera, string kind, Track track)
    {
        var frame = camera.Latest;
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer);
        Payloads.WriteTrack(json, kind, frame, track, frame.CapturedAt - (frame.CapturedMonotonic - track.StartedAt), output);
        publisher.PostEvent(camera.TrackTopic, "edgepose.track", frame.CapturedAt, buffer.WrittenSpan.ToArray());
    }

    /// <summary>What is kept for each camera.</summary>
    private sealed class CameraOutput(Topics topics, string camera)
    {
        private MqttConfig? configured;

        public string PoseTopic { get; } = topics.Pose(camera);

        public string TrackTopic { get; } = topics.Track(camera);

        public FrameRateCap PoseCap { get; private set; } = new(0);

        public Dictionary<long, TimeSpan> LastUpdates { get; } = [];

        public FrameMoment Latest { get; set; }

        public void Configure(MqttConfig config)
        {
            if (!ReferenceEquals(config, configured))
            {
                configured = config;
                PoseCap = new FrameRateCap(config.PoseMaxRateHertz);
            }
        }
    }
}
