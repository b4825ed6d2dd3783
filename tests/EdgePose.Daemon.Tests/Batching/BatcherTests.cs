using EdgePose.Cameras.Frames;
using EdgePose.Cameras.Sources;
using EdgePose.Daemon.Batching;
using EdgePose.Tracking;

namespace EdgePose.Daemon.Tests.Batching;

public sealed class BatcherTests : IDisposable
{
    private static readonly TimeSpan LongDelay = TimeSpan.FromSeconds(30);
    private readonly FramePool pool = new(maxIdle: 16);
    private readonly FrameSignal signal = new();
    private readonly CancellationToken stop = TestContext.Current.CancellationToken;

    [Fact]
    public void A_lone_camera_never_waits_for_company()
    {
        var feeds = Feeds(1);
        var batcher = new Batcher(feeds, LongDelay, signal, TimeProvider.System);
        Publish(feeds[0], 7);
        var batch = new Batch(4);
        Assert.True(batcher.TryTake(batch, stop));
        Assert.Equal([7L], Sequences(batch));
    }

    [Fact]
    public void A_batch_holds_the_newest_frame_of_each_camera_and_older_ones_are_counted()
    {
        var feeds = Feeds(2);
        var batcher = new Batcher(feeds, LongDelay, signal, TimeProvider.System);
        Publish(feeds[0], 1);
        Publish(feeds[0], 2);
        Publish(feeds[0], 3);
        Publish(feeds[1], 9);
        var batch = new Batch(4);
        Assert.True(batcher.TryTake(batch, stop));
        Assert.Equal([3L, 9L], Sequences(batch).Order());
        Assert.Equal(2, feeds[0].Counts.Superseded);
        Assert.Equal(2, pool.Outside);
        batch.Release();
        Assert.Equal(0, pool.Outside);
    }

    [Fact]
    public void A_full_batch_is_released_at_once()
    {
        var feeds = Feeds(3);
        foreach (var feed in feeds)
        {
            Publish(feed, 1);
        }

        var batch = new Batch(2);
        Assert.True(new Batcher(feeds, LongDelay, signal, TimeProvider.System).TryTake(batch, stop));
        Assert.Equal(2, batch.Count);
    }

    [Fact]
    public void A_camera_that_never_sent_anything_is_not_waited_for()
    {
        var feeds = Feeds(3);
        Publish(feeds[1], 4);
        var batch = new Batch(3);
        Assert.True(new Batcher(feeds, LongDelay, signal, TimeProvider.System).TryTake(batch, stop));
        Assert.Equal([4L], Sequences(batch));
    }

    [Fact]
    public void The_oldest_frame_waits_no_longer_than_it_may_for_a_live_camera()
    {
        var feeds = Feeds(2);
        var batcher = new Batcher(feeds, TimeSpan.FromMilliseconds(20), signal, TimeProvider.System);
        Publish(feeds[0], 1);
        Publish(feeds[1], 1);
        var batch = new Batch(4);
        Assert.True(batcher.TryTake(batch, stop));
        batch.Release();
        Publish(feeds[0], 2);
        Assert.True(batcher.TryTake(batch, stop));
        Assert.Equal([2L], Sequences(batch));
    }

    [Fact]
    public void When_every_source_has_ended_and_is_empty_no_batch_comes()
    {
        var feeds = Feeds(2);
        Publish(feeds[0], 5);
        feeds[0].End();
        feeds[1].End();
        var batcher = new Batcher(feeds, TimeSpan.Zero, signal, TimeProvider.System);
        var batch = new Batch(2);
        Assert.True(batcher.TryTake(batch, stop));
        batch.Release();
        Assert.False(batcher.TryTake(batch, stop));
    }

    [Fact]
    public void A_capped_camera_waits_for_its_turn_and_gives_its_newest_frame()
    {
        var feeds = Feeds(1, maxFps: 20);
        var batcher = new Batcher(feeds, TimeSpan.Zero, signal, TimeProvider.System);
        var batch = new Batch(1);
        Publish(feeds[0], 1);
        var taken = TimeProvider.System.GetTimestamp();
        Assert.True(batcher.TryTake(batch, stop));
        batch.Release();
        Publish(feeds[0], 2);
        Publish(feeds[0], 3);
        Assert.True(batcher.TryTake(batch, stop));
        Assert.Equal([3L], Sequences(batch));
        Assert.True(TimeProvider.System.GetElapsedTime(taken) > TimeSpan.FromMilliseconds(30), "the second frame came before the cap allowed it");
    }

    [Fact]
    public async Task A_lossless_mailbox_gives_every_frame_in_order()
    {
        var feeds = Feeds(1, lossless: true);
        var writer = Task.Run(
            () =>
            {
                for (var i = 0; i < 500; i++)
                {
                    Publish(feeds[0], i);
                }

                feeds[0].End();
                signal.Set();
            },
            stop);
        var batcher = new Batcher(feeds, TimeSpan.Zero, signal, TimeProvider.System);
        var batch = new Batch(1);
        var seen = new List<long>();
        while (batcher.TryTake(batch, stop))
        {
            seen.AddRange(Sequences(batch));
            batch.Release();
        }

        await writer;
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), seen);
        Assert.Equal(0, feeds[0].Counts.Superseded);
        Assert.Equal(0, pool.Outside);
    }

    [Fact]
    public void A_frame_released_twice_is_an_error_and_not_a_shared_picture()
    {
        var frame = pool.Rent(16);
        frame.Release();
        Assert.Throws<InvalidOperationException>(frame.Release);
    }

    public void Dispose() => signal.Dispose();

    private CameraFeed[] Feeds(int count, double maxFps = 0, bool lossless = false) =>
    [
        .. Enumerable.Range(0, count).Select(i => new CameraFeed(
            new CameraConfig { Id = $"camera-{i}", Address = "unused", MaxFps = maxFps },
            new LatestFrame(signal, lossless, TimeProvider.System),
            TimeProvider.System)),
    ];

    private void Publish(CameraFeed feed, long sequence)
    {
        var frame = pool.Rent(64);
        frame.SetSize(4, 4, 16);
        frame.Sequence = sequence;
        feed.Mailbox.Publish(frame);
    }

    private static long[] Sequences(Batch batch) => [.. Enumerable.Range(0, batch.Count).Select(i => batch.Frame(i).Sequence)];
}
