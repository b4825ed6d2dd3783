using EdgePose.Cameras.Decoder;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Cameras.Supervision;
using EdgePose.Tracking;

namespace EdgePose.Fault.Tests.Cameras;

/// <summary>One supervised camera on real parts: the product's own decoder child, and a log that can be searched.</summary>
internal sealed class CameraRig : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public CameraRig(CameraConfig config, string? password = null, DecoderCommand? command = null)
    {
        Feed = new CameraFeed(config, new LatestFrame(Signal, config.Pace == SourcePace.AsFastAsPossible, TimeProvider.System), TimeProvider.System);
        var program = Path.Combine(AppContext.BaseDirectory, "edgepose");
        Supervisor = new CameraSupervisor(Feed, password, 456, 256, Pool, command ?? new DecoderCommand(program, ["decode"]), TimeProvider.System, Log);
        running = Supervisor.RunAsync(stop.Token);
    }

    public FrameSignal Signal { get; } = new();

    public FramePool Pool { get; } = new(8);

    public CameraFeed Feed { get; }

    public CameraSupervisor Supervisor { get; }

    public ListLogger Log { get; } = new();

    /// <summary>The next frame; the caller releases it.</summary>
    public Frame? Next(double seconds = Patience.Seconds)
    {
        Frame? frame = null;
        Until(() => (frame = Feed.Mailbox.TryTake()) is not null, seconds);
        return frame;
    }

    /// <summary>Waits for what should come: no less than a minute and a half.</summary>
    public bool Until(Func<bool> condition, double seconds = Patience.Seconds) => HappensWithin(Patience.AtLeast(seconds), condition);

    /// <summary>Whether it came within just so many seconds: for what must not come.</summary>
    public bool HappensWithin(double seconds, Func<bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds))
        {
            if (condition())
            {
                return true;
            }

            Signal.Wait(TimeSpan.FromMilliseconds(20));
        }

        return false;
    }

    /// <summary>How many seconds it took until the condition held; fails, with all that is known, when it never did, and in the nightly tier when it took longer than promised.</summary>
    public double SecondsUntil(Func<bool> condition, double limit, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        Assert.True(Until(condition, limit), $"never: {what}; {Supervisor.Status}\n{Log.Text}");
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Measured.Hold(seconds, limit, what);
        return seconds;
    }

    public bool IsRunning => Supervisor.Status.State == CameraState.Running;

    public bool IsOffline => Supervisor.Status.State == CameraState.Offline;

    public void Dispose()
    {
        stop.Cancel();
        running.Wait(TimeSpan.FromSeconds(10));
        stop.Dispose();
        Feed.Mailbox.Dispose();
        Signal.Dispose();
    }
}
