using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon.Events;
using EdgePose.Tracking;

namespace EdgePose.Cli.Replay;

/// <summary>The messages that the daemon would publish, one JSON object a line: <c>{"topic":"pose","payload":{...}}</c>. Times are the clip's own, from 2000-01-01 on.</summary>
internal sealed class EventLines : IReplayOutput
{
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

    public void Take(Frame frame, Tracker tracker)
    {
        var moment = FrameMoment.Of(frame);
        WriteTracks("start", tracker.Started, moment);
        Begin();
        Payloads.WritePose(json, frame, tracker.Visible, skeleton, frame.CapturedAt, TimeSpan.Zero);
        End("pose");
        WriteTracks("end", tracker.Ended, moment);
    }

    public void EndTracks(in FrameMoment last, Tracker tracker) => WriteTracks("end", tracker.Ended, last);

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
