using EdgePose.Cameras.Frames;
using EdgePose.Testing;
using Microsoft.Extensions.Time.Testing;

namespace EdgePose.Daemon.Tests;

/// <summary>An observer that fails or is slow: the pipeline and the other observers go on, and the log names it.</summary>
public sealed class FrameObserversTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly ListLogger log = new();
    private readonly Note first = new("first");
    private readonly Note last = new("last");

    [Fact]
    public void An_observer_that_throws_is_named_once_a_minute_and_the_others_get_every_frame()
    {
        var observers = new FrameObservers([first, new Note("broken") { OnFrame = () => throw new InvalidOperationException("made by the test") }, last], clock, log);
        Show(observers, frames: 100, every: TimeSpan.FromSeconds(0.1));
        Assert.Equal((100, 100), (first.Frames, last.Frames));
        Assert.Contains("Observer broken failed (1 times", Assert.Single(log.Text.Split("\nObserver ")), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(1));
        Show(observers, frames: 1, every: TimeSpan.Zero);
        Assert.Contains("Observer broken failed (101 times", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_observer_that_may_miss_frames_gets_a_tenth_of_the_time_and_is_named()
    {
        var slow = new Note("slow") { MayMissFrames = true, OnFrame = () => clock.Advance(TimeSpan.FromSeconds(0.2)) };
        Show(new FrameObservers([first, slow, last], clock, log), frames: 100, every: TimeSpan.FromSeconds(0.1));
        Assert.Equal((100, 100), (first.Frames, last.Frames));
        Assert.InRange(slow.Frames, 5, 6); // a call of 0.2 s, then 1.8 s of rest; the others bring 0.1 s a frame
        Assert.Contains("Observer slow is slow: one call took 200 ms", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_observer_that_must_see_every_frame_gets_every_frame_and_is_named()
    {
        var slow = new Note("slow") { OnFrame = () => clock.Advance(TimeSpan.FromSeconds(0.2)) };
        Show(new FrameObservers([slow, last], clock, log), frames: 20, every: TimeSpan.FromSeconds(0.1));
        Assert.Equal((20, 20), (slow.Frames, last.Frames));
        Assert.Contains("Observer slow is slow", Assert.Single(log.Text.Split("\nObserver ")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_log_a_fault_reaches_the_caller()
    {
        var observers = new FrameObservers([new Note("broken") { OnFrame = () => throw new InvalidOperationException("made by the test") }], clock, logger: null);
        Assert.Throws<InvalidOperationException>(() => observers.Observe(new FrameResult { Moment = new FrameMoment { CameraId = "camera" } }));
    }

    [Fact]
    public void The_pipeline_goes_on_beside_an_observer_that_throws()
    {
        using var rig = new PipelineRig(observers: own => new FrameObservers([new Note("broken") { OnFrame = () => throw new InvalidOperationException("made by the test") }, own], TimeProvider.System, log));
        rig.Start();
        for (var frame = 1; frame <= 5; frame++)
        {
            rig.Shoot(200);
            Assert.True(rig.Until(() => rig.Feed.Counts.Inferred == frame));
        }

        rig.Stop();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (long)i), rig.Published);
        Assert.Contains("Observer broken failed", log.Text, StringComparison.Ordinal);
    }

    private void Show(FrameObservers observers, int frames, TimeSpan every)
    {
        for (var i = 0; i < frames; i++)
        {
            observers.Observe(new FrameResult { Moment = new FrameMoment { CameraId = "camera", Sequence = i } });
            clock.Advance(every);
        }
    }

    private sealed class Note(string name) : IFrameObserver
    {
        public string Name => name;

        public bool MayMissFrames { get; init; }

        public Action OnFrame { get; init; } = () => { };

        public int Frames { get; private set; }

        public void Observe(in FrameResult result)
        {
            Frames++;
            OnFrame();
        }
    }
}
