using EdgePose.Cameras.Frames;

namespace EdgePose.Daemon.Batching;

/// <summary>The frames that go through the network together. One of each camera at most; the storage is used again.</summary>
public sealed class Batch(int capacity)
{
    private readonly Frame?[] frames = new Frame?[capacity];
    private readonly CameraFeed?[] feeds = new CameraFeed?[capacity];

    /// <summary>The most frames that it holds: the network's maximum batch.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>How many frames it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The frame at <paramref name="index"/>.</summary>
    public Frame Frame(int index) => frames[index]!;

    /// <summary>The camera of the frame at <paramref name="index"/>.</summary>
    public CameraFeed Feed(int index) => feeds[index]!;

    /// <summary>Adds a frame; the batch owns the caller's reference to it from now on.</summary>
    public void Add(CameraFeed feed, Frame frame)
    {
        frames[Count] = frame;
        feeds[Count++] = feed;
    }

    /// <summary>Gives every frame back and empties the batch.</summary>
    public void Release()
    {
        for (var i = 0; i < Count; i++)
        {
            frames[i]!.Release();
            frames[i] = null;
            feeds[i] = null;
        }

        Count = 0;
    }
}
