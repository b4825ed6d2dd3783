using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Tests.Frames;

public sealed class LatestFrameTests : IDisposable
{
    private readonly FrameSignal signal = new();
    private readonly FramePool pool = new(4);

    public void Dispose() => signal.Dispose();

    [Fact]
    public void A_newer_frame_replaces_one_that_nobody_took_and_gives_it_back()
    {
        using var mailbox = new LatestFrame(signal, lossless: false, TimeProvider.System);
        mailbox.Publish(Rent(1));
        mailbox.Publish(Rent(2));
        Assert.Equal(1, mailbox.Counts.Superseded);
        Assert.Equal(1, pool.Outside);
        var frame = mailbox.TryTake();
        Assert.Equal(2, frame?.Sequence);
        frame!.Release();
        Assert.Null(mailbox.TryTake());
        Assert.Equal(0, pool.Outside);
    }

    [Fact]
    public async Task A_lossless_mailbox_loses_nothing_and_keeps_the_order()
    {
        using var mailbox = new LatestFrame(signal, lossless: true, TimeProvider.System);
        var stop = TestContext.Current.CancellationToken;
        var writer = Task.Run(() =>
        {
            for (var sequence = 0; sequence < 200; sequence++)
            {
                mailbox.Publish(Rent(sequence), stop);
            }
        }, stop);
        for (var sequence = 0; sequence < 200; sequence++)
        {
            Frame? frame;
            while ((frame = mailbox.TryTake()) is null)
            {
                signal.Wait(TimeSpan.FromMilliseconds(50));
            }

            Assert.Equal(sequence, frame.Sequence);
            frame.Release();
        }

        await writer;
        Assert.Equal(0, mailbox.Counts.Superseded);
        Assert.Equal(0, pool.Outside);
    }

    [Fact]
    public void A_stopped_lossless_writer_gives_its_frame_back()
    {
        using var stop = new CancellationTokenSource();
        using var mailbox = new LatestFrame(signal, lossless: true, TimeProvider.System);
        Assert.True(mailbox.Publish(Rent(1), stop.Token));
        stop.Cancel();
        Assert.False(mailbox.Publish(Rent(2), stop.Token));
        mailbox.Dispose();
        Assert.Equal(0, pool.Outside);
    }

    private Frame Rent(long sequence)
    {
        var frame = pool.Rent(16);
        frame.Sequence = sequence;
        return frame;
    }
}
