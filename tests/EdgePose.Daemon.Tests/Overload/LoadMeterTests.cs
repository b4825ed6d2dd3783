using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Telemetry;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests.Overload;

public sealed class LoadMeterTests : IDisposable
{
    private readonly HandClock clock = new();
    private readonly FrameSignal signal = new();
    private readonly FramePool pool = new(8);
    private readonly PipelineMeter meter;
    private readonly CameraFeed door;
    private readonly CameraFeed hall;
    private readonly LoadMeter load;

    public LoadMeterTests()
    {
        meter = new PipelineMeter(clock);
        (door, hall) = (Feed("door", priority: 4), Feed("hall", priority: 1));
        load = new LoadMeter(meter, new CameraSet([door, hall]), () => false, clock);
    }

    [Fact]
    public void The_camera_that_gets_the_fewest_while_it_loses_frames_is_the_starved_one()
    {
        var last = Run(seconds: 30, doorDone: 4, doorLost: 1, hallDone: 1, hallLost: 9, lowerAreKeptBack: false);
        Assert.InRange(last.LeastStarvedFps!.Value, 0.99, 1.15);
        Assert.InRange(last.LeastServedFps!.Value, 0.99, 1.15);
        Assert.Equal(0.8, last.ImportantServed, 2);
    }

    [Fact]
    public void Cameras_that_are_kept_back_by_their_priority_do_not_count()
    {
        var last = Run(seconds: 30, doorDone: 4, doorLost: 0, hallDone: 1, hallLost: 9, lowerAreKeptBack: true);
        Assert.Null(last.LeastStarvedFps);
        Assert.InRange(last.LeastServedFps!.Value, 3.9, 4.2);
        Assert.Equal(1, last.ImportantServed, 2);
    }

    [Fact]
    public void A_camera_that_sends_nothing_is_neither_starved_nor_served()
    {
        var last = Run(seconds: 30, 0, 0, 0, 0, lowerAreKeptBack: false);
        Assert.Null(last.LeastStarvedFps);
        Assert.Null(last.LeastServedFps);
        Assert.Equal(1, last.ImportantServed);
    }

    [Fact]
    public void Utilisation_is_the_share_of_the_time_that_the_network_and_what_follows_took()
    {
        for (var second = 0; second < 30; second++)
        {
            load.Look(false, (Heat.Cool, string.Empty));
            meter.Add(PipelineStep.Prepare, TimeSpan.FromSeconds(0.1));
            meter.Add(PipelineStep.Infer, TimeSpan.FromSeconds(0.4));
            meter.Add(PipelineStep.Group, TimeSpan.FromSeconds(0.1));
            meter.Add(PipelineStep.Wait, TimeSpan.FromSeconds(0.9)); // waiting is no work
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0.6, load.Look(false, (Heat.Cool, string.Empty)).Utilisation, 2);
    }

    [Fact]
    public void The_oldest_frame_is_the_oldest_since_the_look_before()
    {
        var frame = pool.Rent(4);
        frame.ArrivedTimestamp = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(1.5));
        meter.Did(frame, 0);
        Assert.Equal(1.5, load.Look(false, (Heat.Cool, string.Empty)).OldestFrame.TotalSeconds, 3);
        Assert.Equal(TimeSpan.Zero, load.Look(false, (Heat.Cool, string.Empty)).OldestFrame);
    }

    public void Dispose()
    {
        door.Mailbox.Dispose();
        hall.Mailbox.Dispose();
        signal.Dispose();
    }

    private Load Run(int seconds, int doorDone, int doorLost, int hallDone, int hallLost, bool lowerAreKeptBack)
    {
        Load last = default;
        for (var second = 0; second < seconds; second++)
        {
            last = load.Look(lowerAreKeptBack, (Heat.Cool, string.Empty));
            Serve(door, doorDone, doorLost);
            Serve(hall, hallDone, hallLost);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        return last;
    }

    private void Serve(CameraFeed feed, int done, int lost)
    {
        for (var i = 0; i < done + lost; i++)
        {
            feed.Mailbox.Publish(pool.Rent(4)); // replaces the one before, which is lost
            if (i < done && feed.Mailbox.TryTake() is { } frame)
            {
                feed.Counts.CountInferred();
                frame.Release();
            }
        }

        if (lost > 0)
        {
            feed.Mailbox.Publish(pool.Rent(4)); // so that the last one counts as lost too
            feed.Mailbox.TryTake()!.Release();
        }
    }

    private CameraFeed Feed(string id, int priority) =>
        new(new CameraConfig { Id = id, Address = "unused", Priority = priority }, new LatestFrame(signal, lossless: false, clock), clock);

    /// <summary>A clock that a test moves.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long now = TimeSpan.TicksPerSecond;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan span) => now += span.Ticks;
    }
}
