using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Daemon.Networks;

/// <summary>Views of one shape that wait for the network of that shape, over all frames of a batch.</summary>
/// <param name="network">The network.</param>
/// <param name="frames">The most frames of a batch.</param>
internal sealed class ViewQueue(PoseNetwork network, int frames)
{
    private readonly (int Index, View View)[] waiting = new (int, View)[frames * ViewPlan.MostViews];
    private int first;
    private int taken;
    private int count;

    /// <summary>The network of this shape.</summary>
    public PoseNetwork Network => network;

    /// <summary>Adds a view.</summary>
    /// <param name="index">Its frame's place in the batch.</param>
    /// <param name="view">The view.</param>
    public void Add(int index, in View view) => waiting[count++] = (index, view);

    /// <summary>Takes the views of the next run.</summary>
    /// <returns>How many; 0 when none waits any more, and the queue is empty then.</returns>
    public int Take()
    {
        first += taken;
        taken = Math.Min(network.Shape.MaxBatch, count - first);
        if (taken == 0)
        {
            (first, count) = (0, 0);
        }

        return taken;
    }

    /// <summary>A view of the run: its frame's place in the batch, and the view.</summary>
    /// <param name="place">In the run, from 0.</param>
    public (int Index, View View) At(int place) => waiting[first + place];
}
