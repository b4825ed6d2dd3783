using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon;
using EdgePose.Daemon.Events;
using EdgePose.Scene;
using EdgePose.Tracking;

namespace EdgePose.Cli.Replay;

/// <summary>The messages that the daemon would publish, one JSON object a line: <c>{"topic":"pose","payload":{...}}</c>. Times are the clip's own, from 2000-01-01 on.</summary>
internal sealed class EventLines : IReplayOutput, ISceneOutput
{
    /// <summary>The clip's start: any fixed moment, so that two runs are equal to the byte.</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TextWriter output;
    private readonly bool owned;
    private readonly OutputSkeleton skeleton;
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter json;

    private EventLines(TextWriter output, bool owned, OutputSkeleton skeleton)
    {
        (this.output, this.owned, this.skeleton) = (output, owned, skeleton);
        json = new Utf8JsonWriter(buffer);
    }

    /// <summary>To standard output, or to a file.</summary>
    /// <exception cref="CommandFault">The file cannot be written.</exception>
    public static EventLines To(string? path, OutputSkeleton skeleton) =>
        path is null or "-" ? new EventLines(Console.Out, owned: false, skeleton) : new EventLines(CommandFault.Writing(path, () => new StreamWriter(path)), owned: true, skeleton);

    /// <summary>Watches a scene, after the tracks of each frame; null for none.</summary>
    public SceneObserver? Scene { get; set; }

    public string Name => "events";

    public void Observe(in FrameResult result)
    {
        var moment = result.Moment with { CapturedAt = Epoch + result.Moment.CapturedMonotonic };
        if (result.Picture is not null)
        {
            WriteTracks("start", result.Started, moment);
            Begin();
            Payloads.WritePose(json, moment, result.Visible, skeleton, moment.CapturedAt, TimeSpan.Zero);
            End("pose");
        }

        WriteTracks("end", result.Ended, moment);
        Scene?.Observe(result);
    }

    public void Began(string camera, CameraScene scene)
    {
        // a clip begins with totals of 0
    }

    public void Happened(in FrameMoment frame, in SceneEvent happened)
    {
        Begin();
        ScenePayloads.WriteEvent(json, frame with { CapturedAt = Epoch + frame.CapturedMonotonic }, happened);
        End("event");
    }

    public void Settled(in FrameMoment frame, CameraScene scene)
    {
        // the events themselves are the output
    }

    public void Complete() => output.Flush();

    public void Dispose()
    {
        json.Dispose();
        output.Flush();
        if (owned)
        {
            output.Dispose();
        }
    }

    private void WriteTracks(string kind, ReadOnlySpan<Track> tracks, in FrameMoment frame)
    {
        foreach (var track in tracks)
        {
            Begin();
            Payloads.WriteTrack(json, kind, frame, track, frame.CapturedAt - (frame.CapturedMonotonic - track.StartedAt), skeleton);
            End("track");
        }
    }

    private void Begin()
    {
        buffer.ResetWrittenCount();
        json.Reset();
    }

    private void End(string kind) => output.WriteLine($"{{\"topic\":\"{kind}\",\"payload\":{Encoding.UTF8.GetString(buffer.WrittenSpan)}}}");
}
