using EdgePose.Delivery.Broker;

namespace EdgePose.Daemon.Tests.Publishing;

public sealed class WorkSignalTests
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    [Fact]
    public async Task What_was_set_before_the_wait_is_not_lost_and_counts_once()
    {
        using var signal = new WorkSignal(Never);
        signal.Set();
        signal.Set();
        await signal.WaitAsync();
        Assert.False(signal.WaitAsync().IsCompleted);
    }

    [Fact]
    public async Task Who_waits_is_woken()
    {
        using var signal = new WorkSignal(Never);
        var waiting = signal.WaitAsync();
        Assert.False(waiting.IsCompleted);
        signal.Set();
        await waiting;
    }

    [Fact]
    public async Task Waking_somebody_who_waits_makes_no_object()
    {
        using var signal = new WorkSignal(Never);
        long bytes = 0;
        for (var i = 0; i < 400; i++)
        {
            var waiting = signal.WaitAsync();
            var before = GC.GetAllocatedBytesForCurrentThread();
            signal.Set();
            bytes += i < 200 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            await waiting;
        }

        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task Without_work_a_wait_ends_with_the_beat()
    {
        using var signal = new WorkSignal(TimeSpan.FromMilliseconds(1));
        await signal.WaitAsync();
    }

    [Fact]
    public async Task Setting_it_when_all_is_over_harms_nobody()
    {
        var signal = new WorkSignal(Never);
        var waiting = signal.WaitAsync();
        signal.Dispose();
        signal.Set();
        await waiting;
    }
}
