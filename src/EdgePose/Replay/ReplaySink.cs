using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgePose.Daemon;
using EdgePose.Daemon.Cameras;
using EdgePose.Daemon.Frames;
using EdgePose.Daemon.Preview;
using EdgePose.Daemon.Publishing;
using EdgePose.Daemon.Telemetry;
using EdgePose.Tracking;
using OpenCvSharp;

namespace EdgePose.Cli.Replay;

/// <summary>
/// Writes the events of a replay as JSON lines, with the times of the clip from 2000-01-01 so that two runs are equal to the byte, and draws the skeletons.
/// </summary>
internal sealed class ReplaySink : IPoseSink, IDisposable
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TextWriter output;
    private readonly DirectoryInfo? folder;
    private readonly OutputSkeleton skeleton;
    private readonly PipelineMeter meter;
    private readonly SkeletonPainter painter;
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter json;

    public ReplaySink(TextWriter output, DirectoryInfo? folder, OutputSkeleton skeleton, PipelineMeter meter)
    {
        (this.output, this.folder, this.skeleton, this.meter) = (output, folder, skeleton, meter);
        painter = new SkeletonPainter(skeleton.Skeleton);
        json = new Utf8JsonWriter(buffer);
        folder?.Create();
    }

    public void Publish(CameraFeed feed, Frame frame)
    {
        frame.CapturedAt = Epoch + frame.CapturedMonotonic;
        var tracker = feed.Tracker;
        WriteTracks("start", tracker.Started, frame);
        Begin();
        Payloads.WritePose(json, frame, tracker.Visible, skeleton, frame.CapturedAt, TimeSpan.Zero);
        End("pose");
        WriteTracks("end", tracker.Ended, frame);
        if (folder is not null)
        {
            Draw(tracker.Visible, frame);
        }

        if (!Console.IsErrorRedirected && frame.Sequence % 5 == 0)
        {
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{meter.Frames + 1} frames, {frame.CapturedMonotonic.TotalSeconds:0.0} s of the clip, {tracker.Visible.Length} people   \r"));
        }
    }

    public void Dispose()
    {
        json.Dispose();
        output.Flush();
    }

    private void WriteTracks(string kind, ReadOnlySpan<Track> tracks, Frame frame)
    {
        foreach (var track in tracks)
        {
            Begin();
            Payloads.WriteTrack(json, kind, frame, track, Epoch + track.StartedAt, skeleton);
            End("track");
        }
    }

    private void Begin()
    {
        buffer.ResetWrittenCount();
        json.Reset();
    }

    private void End(string kind) => output.WriteLine($"{{\"topic\":\"{kind}\",\"payload\":{Encoding.UTF8.GetString(buffer.WrittenSpan)}}}");

    private void Draw(ReadOnlySpan<Track> tracks, Frame frame)
    {
        using var pixels = Mat.FromPixelData(frame.HeightPx, frame.WidthPx, MatType.CV_8UC4, frame.Pixels, frame.StrideBytes);
        using var picture = pixels.CvtColor(ColorConversionCodes.BGRA2BGR);
        painter.Draw(picture, tracks);
        picture.ImWrite(Path.Combine(folder!.FullName, string.Create(CultureInfo.InvariantCulture, $"{frame.Sequence:000000}.jpg")));
    }
}
