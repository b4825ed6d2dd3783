using EdgePose.Cameras.Frames;

namespace EdgePose.Cameras.Tests.Frames;

public sealed class FramePoolTests
{
    [Fact]
    public void Memory_that_came_back_is_used_again()
    {
        var pool = new FramePool(2);
        var first = pool.Rent(100);
        first.Release();
        Assert.Same(first, pool.Rent(100));
    }

    [Fact]
    public void No_more_unused_frames_are_kept_than_allowed()
    {
        var pool = new FramePool(2);
        Frame[] frames = [pool.Rent(1), pool.Rent(1), pool.Rent(1)];
        Assert.Equal(3, pool.Outside);
        foreach (var frame in frames)
        {
            frame.Release();
        }

        Assert.Equal((0, 2), (pool.Outside, pool.Idle));
    }

    [Fact]
    public void A_frame_comes_back_with_its_last_reference_and_not_before()
    {
        var pool = new FramePool(2);
        var frame = pool.Rent(1);
        frame.AddReference();
        frame.Release();
        Assert.Equal(1, pool.Outside);
        frame.Release();
        Assert.Equal(0, pool.Outside);
        Assert.Throws<InvalidOperationException>(frame.Release);
    }

    [Fact]
    public void A_camera_that_changes_to_a_larger_picture_gets_memory_that_holds_it()
    {
        var pool = new FramePool(2);
        pool.Rent(10).Release();
        var large = pool.Rent(3_000_000);
        Assert.True(large.Pixels.Length >= 3_000_000);
        Assert.Throws<ArgumentException>(() => large.SetSize(2000, 2000, 8000));
        Assert.Throws<ArgumentException>(() => large.SetSize(10, 10, 39));
    }
}
