using System.Globalization;
using EdgePose.Cli.Terminal;
using EdgePose.Daemon;

namespace EdgePose.Cli.Replay;

/// <summary>Counts the frames of a replay, and moves the progress bar.</summary>
internal sealed class ReplayProgress(Clip clip, ProgressBar? bar) : IFrameObserver
{
    public string Name => "progress";

    /// <summary>Frames so far.</summary>
    public long Frames { get; private set; }

    public void Observe(in FrameResult result)
    {
        if (result.Picture is null)
        {
            return;
        }

        if (Frames++ == 0 && clip.FrameCount is { } total)
        {
            bar?.SetTotal(total);
        }

        bar?.Report(Frames, string.Create(CultureInfo.InvariantCulture, $"{result.Visible.Length} people at {result.Moment.CapturedMonotonic.TotalSeconds:0.0} s"));
    }
}
