using System.Buffers;
using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Delivery.Broker;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Events;

/// <summary>Turns what was seen into messages: poses (rate-capped, volatile), and start, update and end of tracks (which must arrive).</summary>
public sealed class MqttObserver(MqttPublisher publisher, Topics topics, EventIds ids, OutputSkeleton output, MqttConfig config, TimeProvider time) : IFrameObserver
{
    private readonly Dictionary<string, CameraOutput> cameras = new(StringComparer.Ordinal);
    private volatile MqttConfig config = config;

    /// <inheritdoc/>
    public string Name => "mqtt";

    /// <summary>Takes over other rates; from the next frame of each camera on.</summary>
    public void Configure(MqttConfig next) => config = next;

    /// <inheritdoc/>
    public void Observe(in FrameResult result)
    {
        if (!cameras.TryGetValue(result.Camera, out var camera))
        {
            cameras[result.Camera] = camera = new CameraOutput(topics, result.Camera);
        }

        if (result.Picture is null)
        {
            PostEnds(camera, result);
            cameras.Remove(result.Camera); // its next frame may be of a clock that was started again
            return;
        }

        camera.Configure(config);
        PublishPose(camera, result);
        PostTracks(camera, result);
    }

    private void PublishPose(CameraOutput camera, in FrameResult result)
    {
        var moment = result.Moment;
        if (!camera.PoseCap.IsDue(moment.CapturedMonotonic))
        {
            publisher.Poses.CountCapped();
            return;
        }

        camera.PoseCap.Take(moment.CapturedMonotonic);
        var now = time.GetUtcNow();
        var latency = moment.Clock == CaptureClock.Ntp ? now - moment.CapturedAt : time.GetElapsedTime(moment.ArrivedTimestamp);
        var message = publisher.Poses.Rent();
        message.Topic = camera.PoseTopic;
        message.Sequence = ids.Next();
        message.At = moment.CapturedAt;
        Payloads.WritePose(message.Writer, moment, result.Visible, output, now, latency);
        publisher.Poses.Post(message);
        publisher.Wake();
    }

    private void PostTracks(CameraOutput camera, in FrameResult result)
    {
        var now = result.Moment.CapturedMonotonic;
        foreach (var track in result.Started)
        {
            PostTrack(camera, "start", track, result.Moment);
            camera.LastUpdates[track.Id] = now;
        }

        foreach (var track in result.Visible)
        {
            if (camera.LastUpdates.TryGetValue(track.Id, out var last) && (now - last).TotalSeconds >= config.TrackUpdateIntervalSeconds)
            {
                PostTrack(camera, "update", track, result.Moment);
                camera.LastUpdates[track.Id] = now;
            }
        }

        PostEnds(camera, result);
    }

    private void PostEnds(CameraOutput camera, in FrameResult result)
    {
        foreach (var track in result.Ended)
        {
            PostTrack(camera, "end", track, result.Moment);
            camera.LastUpdates.Remove(track.Id);
        }
    }

    private void PostTrack(CameraOutput camera, string kind, Track track, in FrameMoment moment)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer);
        Payloads.WriteTrack(json, kind, moment, track, moment.CapturedAt - (moment.CapturedMonotonic - track.StartedAt), output);
        publisher.PostEvent(camera.TrackTopic, "edgepose.track", moment.CapturedAt, buffer.WrittenSpan.ToArray());
    }

    /// <summary>What is kept for each camera.</summary>
    private sealed class CameraOutput(Topics topics, string camera)
    {
        private MqttConfig? configured;

        public string PoseTopic { get; } = topics.Pose(camera);

        public string TrackTopic { get; } = topics.Track(camera);

        public FrameRateCap PoseCap { get; private set; } = new(0);

        public Dictionary<long, TimeSpan> LastUpdates { get; } = [];

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
