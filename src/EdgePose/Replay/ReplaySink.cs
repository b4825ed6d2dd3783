using System.Globalization;
using EdgePose.Cameras.Frames;
using EdgePose.Daemon;

namespace EdgePose.Cli.Replay;

/// <summary>Hands each frame to everything that the replay writes, and to the progress bar.</summary>
internal sealed class ReplaySink(Clip clip, IReadOnlyList<IReplayOutput> outputs, ProgressBar? progress) : IPoseSink
{
    /// <summary>The clip's start: any fixed moment, so that two runs are equal to the byte.</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private FrameMoment last;

    /// <summary>Frames so far.</summary>
    public long Frames { get; private set; }

    public void Publish(CameraFeed feed, Frame frame)
    {
        frame.CapturedAt = Epoch + frame.CapturedMonotonic;
        last = FrameMoment.Of(frame);
        foreach (var output in outputs)
        {
            output.Take(frame, feed.Tracker);
        }

        if (Frames++ == 0 && clip.FrameCount is { } total)
        {
            progress?.SetTotal(total);
        }

        progress?.Report(Frames, string.Create(CultureInfo.InvariantCulture, $"{feed.Tracker.Visible.Length} people at {frame.CapturedMonotonic.TotalSeconds:0.0} s"));
    }

    public void EndTracks(CameraFeed feed)
    {
        foreach (var output in outputs)
        {
            output.EndTracks(last, feed.Tracker);
        }
    }
}
