using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Batching;
using EdgePose.Daemon.Telemetry;
using EdgePose.Decoding;
using EdgePose.Inference;
using EdgePose.Regions;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests;

/// <summary>The pipeline on a network that was opened for views, fed with drawn pictures.</summary>
public sealed class RegionLaneTests : IDisposable
{
    private const int WidthPx = 96;
    private const int HeightPx = 64;

    private readonly NetworkFolder folder = new();
    private readonly FramePool pool = new(8);
    private readonly FrameSignal signal = new();

    [Fact]
    public void A_camera_whose_regions_are_off_is_looked_at_as_without_views()
    {
        var whole = Play(views: null, new CameraRegions());
        Assert.Equal(whole, Play(new NetworkShape(32, 24, 4), new CameraRegions { Enabled = false }));
        Assert.Equal(150, whole.Count);
    }

    [Fact]
    public void A_replay_in_views_is_the_same_each_time()
    {
        var once = Play(new NetworkShape(32, 24, 4), new CameraRegions());
        Assert.Equal(once, Play(new NetworkShape(32, 24, 4), new CameraRegions()));
    }

    [Fact]
    public void A_picture_at_rest_is_looked_at_once_in_five_seconds_and_every_frame_is_published()
    {
        var meter = new PipelineMeter(TimeProvider.System);
        var published = Play(new NetworkShape(32, 24, 4), new CameraRegions(), meter, still: true, decoding: new DecoderOptions { PeakThreshold = float.MaxValue });
        Assert.Equal(150, published.Count);
        Assert.Equal(2, meter.Views(ViewKind.Whole)); // ten seconds
        Assert.Equal(0, meter.Views(ViewKind.Person));
        Assert.Equal(9, meter.Views(ViewKind.Search)); // the sweep at the start
        Assert.Equal(11 * 16 * 24, meter.Pixels);
    }

    /// <summary>Ten seconds of one camera.</summary>
    /// <returns>What is published of each frame.</returns>
    private List<string> Play(NetworkShape? views, CameraRegions camera, PipelineMeter? meter = null, bool still = false, DecoderOptions? decoding = null)
    {
        using var network = folder.Open(views: views);
        network.Warm();
        var feed = new CameraFeed(new CameraConfig { Id = "test", Address = "unused", Regions = camera }, new LatestFrame(signal, lossless: true, TimeProvider.System), TimeProvider.System);
        var sink = new Sink();
        using var pipeline = new Pipeline(
            new Batcher([feed], TimeSpan.Zero, signal, TimeProvider.System), network, decoding ?? new DecoderOptions(), _ => new Tracker(Skeletons.Coco18, new TrackerOptions()),
            new FrameObservers([sink], TimeProvider.System, logger: null), meter ?? new PipelineMeter(TimeProvider.System), TimeProvider.System, new RegionOptions { Enabled = true });
        var writer = new Thread(() => Write(feed, still));
        writer.Start();
        pipeline.Run(TestContext.Current.CancellationToken);
        writer.Join();
        feed.Mailbox.Dispose();
        return sink.Published;
    }

    private void Write(CameraFeed feed, bool still)
    {
        for (var i = 0; i < 150; i++)
        {
            var frame = pool.Rent(WidthPx * HeightPx * 4);
            frame.SetSize(WidthPx, HeightPx, WidthPx * 4);
            for (var at = 0; at < WidthPx * HeightPx * 4; at++)
            {
                var (x, y) = (at / 4 % WidthPx, at / 4 / WidthPx);
                frame.Pixels[at] = (byte)((x * 3) + (y * 2) + (!still && Math.Abs(x - (i / 2)) < 8 && y > 20 ? 90 : 0));
            }

            frame.CameraId = "test";
            frame.Sequence = feed.CountReceived();
            frame.CapturedMonotonic = TimeSpan.FromSeconds(i / 15.0);
            frame.ArrivedTimestamp = TimeProvider.System.GetTimestamp();
            feed.Mailbox.Publish(frame);
        }

        feed.End();
        signal.Set();
    }

    public void Dispose()
    {
        signal.Dispose();
        folder.Dispose();
    }

    private sealed class Sink : IFrameObserver
    {
        public string Name => "sink";

        public List<string> Published { get; } = [];

        public void Observe(in FrameResult result)
        {
            if (result.Picture is not null)
            {
                var people = result.Visible.ToArray().Select(track => $"{track.Id}:{track.Score}:{string.Join(',', track.Keypoints.ToArray())}");
                Published.Add($"{result.Moment.Sequence} {string.Join(' ', people)}");
            }
        }
    }
}
