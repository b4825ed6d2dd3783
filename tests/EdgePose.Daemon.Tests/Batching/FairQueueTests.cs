using EdgePose.Daemon.Batching;

namespace EdgePose.Daemon.Tests.Batching;

public sealed class FairQueueTests
{
    [Fact]
    public void Under_overload_shares_follow_the_priorities()
    {
        var queue = new FairQueue([1, 2, 1, 4]);
        var served = Serve(queue, 8000, [true, true, true, true]);
        Assert.Equal([1000, 2000, 1000, 4000], served);
    }

    [Fact]
    public void Cameras_of_one_priority_take_turns()
    {
        var queue = new FairQueue([1, 1, 1]);
        var order = Enumerable.Range(0, 6).Select(_ => ServeOne(queue, [true, true, true])).ToArray();
        Assert.Equal([0, 1, 2, 0, 1, 2], order);
    }

    [Fact]
    public void A_camera_that_was_silent_gets_no_burst_when_it_comes_back()
    {
        var queue = new FairQueue([1, 1]);
        Serve(queue, 1000, [true, false]);
        Assert.Equal([10, 10], Serve(queue, 20, [true, true]).Select(count => count is 9 or 11 ? 10 : count));
    }

    [Fact]
    public void The_lowest_priority_is_never_starved()
    {
        var queue = new FairQueue([1, 100]);
        Assert.InRange(Serve(queue, 10_100, [true, true])[0], 99, 101);
    }

    [Fact]
    public void Another_set_of_cameras_keeps_the_places_of_those_that_stay_and_lets_new_ones_start_level()
    {
        var queue = new FairQueue([1, 1, 1]);
        Serve(queue, 300, [true, true, true]);
        Serve(queue, 5, [false, false, true]); // the third is ahead of its share now
        var next = queue.With([1, 1, 2], [2, 0, -1]);
        var served = Serve(next, 40, [true, true, true]);
        Assert.InRange(served[1] - served[0], 1, 6);
        Assert.InRange(served[2], 17, 23); // priority 2 of 4, and no claim on what was before
    }

    [Fact]
    public void Nobody_ready_is_nobody_served() => Assert.Equal(-1, new FairQueue([1, 1]).Next([false, false]));

    [Fact]
    public void A_priority_of_zero_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new FairQueue([1, 0]));

    private static int[] Serve(FairQueue queue, int times, bool[] ready)
    {
        var served = new int[ready.Length];
        for (var i = 0; i < times; i++)
        {
            served[ServeOne(queue, ready)]++;
        }

        return served;
    }

    private static int ServeOne(FairQueue queue, bool[] ready)
    {
        var next = queue.Next(ready);
        queue.Serve(next);
        return next;
    }
}
