using System.Diagnostics.Metrics;
using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Events;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Delivery.Broker;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using EdgePose.Regions;
using EdgePose.Testing;
using EdgePose.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePose.Daemon.Tests;

/// <summary>The hot path in steady state: nothing of it may touch the managed heap. Counted by thread, so other tests may run beside.</summary>
public sealed class SteadyAllocationTests
{
    private const int WarmUp = 600;
    private const int Counted = 1500;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_of_two_cameras_go_through_batcher_network_and_observers_without_an_object_on_either_thread(bool isLookedAtInViews)
    {
        var ledger = new ThreadLedger();
        using var folder = new NetworkFolder();
        using var network = folder.Open(views: isLookedAtInViews ? new NetworkShape(32, 24, 4) : null);
        network.Warm();
        using var signal = new FrameSignal();
        var feeds = Enumerable.Range(0, 2).Select(i => Feed($"camera-{i}", new LatestFrame(signal, lossless: true, TimeProvider.System))).ToArray();
        var sink = new CountingObserver(Observer(), ledger);
        using var pipeline = new Pipeline(new Batcher(feeds, TimeSpan.FromSeconds(1), signal, ledger), network, new DecoderOptions(), _ => new Tracker(Skeletons.Coco18, new TrackerOptions()), new FrameObservers([sink], ledger, NullLogger.Instance), new PipelineMeter(ledger), ledger, new RegionOptions { Enabled = true });
        var pool = new FramePool(16);
        var writers = feeds.Select(feed => new Thread(() => Write(feed, pool, signal))).ToArray();
        Array.ForEach(writers, writer => writer.Start());
        pipeline.Run(TestContext.Current.CancellationToken);
        Array.ForEach(writers, writer => writer.Join());

        Assert.Equal(2 * (WarmUp + Counted), sink.Frames);
        var threads = ledger.Threads().ToDictionary(thread => thread.Name, thread => thread.Bytes);
        Assert.Equal(["network", "prepare"], threads.Keys.Order());
        Assert.Equal(0, threads["prepare"]);
        Assert.Equal(0, threads["network"]);
    }

    [Fact]
    public void A_message_of_six_people_is_written_and_posted_without_an_object()
    {
        var observer = Observer();
        var tracker = new Tracker(Skeletons.Coco18, new TrackerOptions());
        var frame = new FramePool(1).Rent(64);
        frame.SetSize(4, 4, 16);
        frame.CameraId = "camera";
        var poses = new PoseList(Skeletons.Coco18);
        long before = 0;
        for (var i = 0; i < WarmUp + Counted; i++)
        {
            frame.CapturedMonotonic = TimeSpan.FromMilliseconds(66 * i);
            frame.CapturedAt = DateTimeOffset.UnixEpoch + frame.CapturedMonotonic;
            Walk(poses, i);
            tracker.Update(poses, frame.CapturedMonotonic);
            before = i == WarmUp ? GC.GetAllocatedBytesForCurrentThread() : before;
            observer.Observe(new FrameResult { Moment = FrameMoment.Of(frame), Picture = frame, Visible = tracker.Visible, Started = tracker.Started, Ended = tracker.Ended });
        }

        var after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(6, tracker.Visible.Length);
        Assert.Equal(0, after - before);
    }

    private static CameraFeed Feed(string id, LatestFrame mailbox) =>
        new(new CameraConfig { Id = id, Address = "unused" }, mailbox, TimeProvider.System);

    /// <summary>The daemon's own observer, with a publisher whose broker is away: messages make way for each other.</summary>
    private static MqttObserver Observer()
    {
        var config = new MqttConfig { Address = "mqtt://127.0.0.1:9", PoseMaxRateHertz = 0, TrackUpdateIntervalSeconds = 3600 };
        var (ids, topics) = (new EventIds("device", "boot"), new Topics("site", "device"));
        var publisher = new MqttPublisher(config with { ClientId = "test" }, topics.Status, _ => [], new MemoryEventStore(100_000, TimeSpan.FromHours(1), TimeProvider.System), ids, "test", new Meter("test"), NullLogger.Instance);
        return new MqttObserver(publisher, topics, ids, new OutputSkeleton(Skeletons.Coco18, Skeletons.Coco18), config, TimeProvider.System);
    }

    private static void Write(CameraFeed feed, FramePool pool, FrameSignal signal)
    {
        for (var i = 0; i < WarmUp + Counted; i++)
        {
            var frame = pool.Rent(16 * 24 * 4);
            frame.SetSize(24, 16, 96);
            frame.CameraId = feed.Config.Id;
            frame.Sequence = i;
            frame.CapturedMonotonic = TimeSpan.FromMilliseconds(66 * i);
            frame.ArrivedTimestamp = TimeProvider.System.GetTimestamp();
            feed.Mailbox.Publish(frame);
        }

        feed.End();
        signal.Set();
    }

    /// <summary>Six upright people side by side who sway.</summary>
    private static void Walk(PoseList poses, int step)
    {
        poses.Clear();
        for (var person = 0; person < 6; person++)
        {
            Assert.True(poses.TryAdd(.9f, out var keypoints));
            for (var k = 0; k < keypoints.Length; k++)
            {
                keypoints[k] = new Keypoint((person * 100) + (3 * k) + MathF.Sin(step / 10f), 10 + (8 * k), .9f);
            }
        }
    }

    private sealed class CountingObserver(IFrameObserver inner, ThreadLedger ledger) : IFrameObserver
    {
        public string Name => "counting";

        public int Frames { get; private set; }

        public void Observe(in FrameResult result)
        {
            if (Frames == 0)
            {
                ledger.Name(ThreadLedger.PipelineThread);
            }

            if (++Frames == 2 * WarmUp)
            {
                ledger.Begin();
            }

            if (Frames == 2 * (WarmUp + Counted) - 20)
            {
                ledger.End(); // what the end of the run costs is not steady state
            }

            inner.Observe(result);
        }
    }
}
