using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests;

/// <summary>Cameras and networks come and go while the pipeline runs. The staying camera is lossless, so that a frame that got lost would be missed.</summary>
public sealed class LivePipelineTests : IFrameObserver, IDisposable
{
    private const int Frames = 400;
    private readonly NetworkFolder folder = new();
    private readonly PoseNetwork network;
    private readonly FrameSignal signal = new();
    private readonly FramePool pool = new(8);
    private readonly CameraFeed staying;
    private readonly CameraSet cameras;
    private readonly Pipeline pipeline;
    private readonly List<long> seen = [];
    private readonly List<string> ended = [];
    private readonly Dictionary<string, Tracker> trackers = new(StringComparer.Ordinal) { ["staying"] = NewTracker(), ["guest"] = NewTracker() };
    private volatile CameraFeed? latestGuest;
    private Exception? fault;

    public LivePipelineTests()
    {
        network = folder.Open(new NetworkShape(16, 24, 2));
        staying = Feed("staying");
        cameras = new CameraSet([staying]);
        pipeline = new Pipeline(
            new Batcher(cameras, TimeSpan.Zero, signal, TimeProvider.System), network, new DecoderOptions { PeakThreshold = float.MaxValue },
            id => trackers[id], new FrameObservers([this], TimeProvider.System, logger: null), new PipelineMeter(TimeProvider.System), TimeProvider.System);
    }

    [Fact]
    public async Task A_camera_that_stays_loses_no_frame_while_others_come_and_go()
    {
        var (running, writing) = Start();
        for (var round = 0; round < 20; round++)
        {
            var guest = latestGuest = Feed("guest");
            cameras.Exchange([staying, guest]);
            signal.Set();
            Write(guest, 0);
            cameras.Exchange([staying]);
            signal.Set();
            await guest.Gone.WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
            guest.Mailbox.Dispose();
        }

        await EndAsync(running, writing);
        Assert.Equal(Enumerable.Range(0, Frames).Select(i => (long)i), seen);
        Assert.Equal(0, pool.Outside);
    }

    [Fact]
    public async Task The_tracks_of_a_camera_that_is_taken_out_end_and_a_frame_that_is_still_on_its_way_is_left_out()
    {
        var guest = latestGuest = Feed("guest");
        SeePerson(trackers["guest"]);
        cameras.Exchange([staying, guest]);
        var (running, writing) = Start();
        cameras.Exchange([staying]);
        signal.Set();
        await guest.Gone.WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
        Assert.Equal(["guest 1"], ended);
        Assert.False(trackers["guest"].HasTracks);
        await EndAsync(running, writing);
    }

    [Fact]
    public async Task Networks_of_other_sizes_batches_and_slots_take_over_without_a_lost_frame_or_a_lost_id()
    {
        SeePerson(trackers["staying"]);
        var (running, writing) = Start();
        List<PoseNetwork> opened = [];
        for (var round = 0; round < 10; round++)
        {
            var shape = new NetworkShape(16 + (8 * (round % 3)), 24 + (8 * (round % 2)), 1 + (round % 3));
            var next = PoseNetwork.Open(NetworkManifest.Load(folder.Manifest), shape, NetworkFolder.Cpu, slotCount: 1 + (round % 2));
            opened.Add(next);
            await pipeline.ExchangeAsync(next, new DecoderOptions { PeakThreshold = float.MaxValue }).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
            (round > 0 ? opened[round - 1] : network).Dispose(); // nobody uses it any more: a crash here would be the proof that somebody does
        }

        await EndAsync(running, writing);
        Assert.Equal(Enumerable.Range(0, Frames).Select(i => (long)i), seen);
        Assert.Equal(["staying 1"], ended.Distinct());
        Assert.Equal(0, pool.Outside);
        opened[^1].Dispose();
    }

    [Fact]
    public async Task Of_two_networks_that_wait_the_later_one_takes_over()
    {
        using var second = folder.Open(new NetworkShape(24, 24, 1));
        using var third = folder.Open(new NetworkShape(32, 24, 1));
        var overtaken = pipeline.ExchangeAsync(second, new DecoderOptions());
        var taken = pipeline.ExchangeAsync(third, new DecoderOptions { PeakThreshold = float.MaxValue });
        await Assert.ThrowsAsync<TaskCanceledException>(() => overtaken);
        var (running, writing) = Start();
        await taken.WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
        await EndAsync(running, writing);
        Assert.Equal(Frames, seen.Count);
    }

    string IFrameObserver.Name => "test";

    void IFrameObserver.Observe(in FrameResult result)
    {
        if (result.Picture is null)
        {
            foreach (var track in result.Ended)
            {
                ended.Add($"{result.Camera} {track.Id}");
            }

            return;
        }

        if (latestGuest is { Gone.IsCompleted: true } && result.Camera == "guest")
        {
            fault = new InvalidOperationException("A frame of a camera that is gone was observed.");
        }

        if (result.Camera == "staying")
        {
            seen.Add(result.Moment.Sequence);
        }
    }

    public void Dispose()
    {
        pipeline.Dispose();
        network.Dispose();
        staying.Mailbox.Dispose();
        signal.Dispose();
        folder.Dispose();
    }

    private (Task Running, Task Writing) Start() =>
    (
        Task.Factory.StartNew(() => pipeline.Run(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Frames; i++)
                {
                    Write(staying, i);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
    );

    private async Task EndAsync(Task running, Task writing)
    {
        await writing;
        staying.End();
        signal.Set();
        await running;
        Assert.Null(fault);
    }

    private static Tracker NewTracker() => new(Skeletons.Coco18, new TrackerOptions { MaxHiddenSeconds = 60 });

    private CameraFeed Feed(string id) =>
        new(new CameraConfig { Id = id, Address = "unused" }, new LatestFrame(signal, lossless: true, TimeProvider.System), TimeProvider.System);

    private void Write(CameraFeed feed, int number)
    {
        var frame = pool.Rent(24 * 16 * 4);
        frame.SetSize(24, 16, 24 * 4);
        frame.CameraId = feed.Config.Id;
        frame.Sequence = feed.CountReceived();
        frame.CapturedMonotonic = TimeSpan.FromMilliseconds(10 * number);
        frame.ArrivedTimestamp = TimeProvider.System.GetTimestamp();
        feed.Mailbox.Publish(frame);
    }

    private static void SeePerson(Tracker tracker)
    {
        var poses = new PoseList(Skeletons.Coco18);
        poses.TryAdd(0.9f, out var keypoints);
        for (var k = 0; k < keypoints.Length; k++)
        {
            keypoints[k] = new Keypoint(5 + (k % 3), 2 + (k / 2), 0.9f);
        }

        for (var i = 0; i < 3; i++)
        {
            tracker.Update(poses, TimeSpan.FromMilliseconds(i));
        }

        Assert.Equal(1, tracker.Visible.Length);
    }
}
