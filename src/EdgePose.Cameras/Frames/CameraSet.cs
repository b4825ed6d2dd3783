using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EdgePose.Cameras.Frames;

/// <summary>
/// The cameras that the pipeline serves now. Any thread may exchange the set while frames flow. The batcher's thread adopts the new set between two batches. The pipeline's thread then ends
/// the tracks of cameras that left. No thread waits for another, and a camera in both sets goes on unchanged.
/// </summary>
public sealed class CameraSet
{
    private readonly Lock gate = new();
    private readonly List<CameraFeed> left = [];
    private readonly ConcurrentQueue<CameraFeed> leaving = new();
    private volatile CameraFeed[] current;

    /// <summary>Makes a set.</summary>
    public CameraSet(IEnumerable<CameraFeed> feeds) => current = [.. feeds];

    /// <summary>The set as it is now: an array that never changes, another one after an exchange.</summary>
    public CameraFeed[] Current => current;

    /// <summary>Makes <paramref name="feeds"/> the set. Await <see cref="CameraFeed.Gone"/> of those that are not in it any more before anything of them is freed.</summary>
    public void Exchange(IEnumerable<CameraFeed> feeds)
    {
        CameraFeed[] next = [.. feeds];
        lock (gate)
        {
            left.AddRange(current.Except(next));
            current = next;
        }
    }

    /// <summary>The set as it is now, for the batcher, which takes no more frames of anybody else from now on.</summary>
    public CameraFeed[] Adopt()
    {
        lock (gate)
        {
            left.ForEach(leaving.Enqueue);
            left.Clear();
            return current;
        }
    }

    /// <summary>A camera that has left and still has its tracks.</summary>
    public bool TryTakeLeaving([NotNullWhen(true)] out CameraFeed? feed) => leaving.TryDequeue(out feed);
}
