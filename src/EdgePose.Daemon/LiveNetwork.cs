using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Daemon;

/// <summary>
/// The network that runs, and its exchange for another one: opened, proved and warmed on a thread of its own beside the one that runs, and then taken over by
/// the pipeline between two batches. While both are open they take the memory of both. See docs/decisions/0005.
/// </summary>
/// <param name="plan">What was asked of it.</param>
/// <param name="network">Opened and warm; owned from now on.</param>
internal sealed class LiveNetwork(NetworkPlan plan, PoseNetwork network) : IDisposable
{
    private readonly List<PoseNetwork> open = [network];

    /// <summary>The network that runs.</summary>
    public PoseNetwork Current { get; private set; } = network;

    /// <summary>What was asked of it.</summary>
    public NetworkPlan Plan { get; private set; } = plan;

    /// <summary>Whether a network of <paramref name="next"/> can follow: its poses go to the same trackers and into the same payloads.</summary>
    public bool CanBecome(NetworkPlan next) => next.Manifest.Skeleton.Id == Current.Manifest.Skeleton.Id;

    /// <summary>Opens, proves and warms a network beside the one that runs.</summary>
    /// <exception cref="NetworkException">The file, the shape or the machine is at fault; nothing has changed.</exception>
    public static Task<PoseNetwork> OpenAsync(NetworkPlan next, IProgress<string>? progress) =>
        Task.Factory.StartNew(() => NetworkOpener.Open(next, progress), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Lets <paramref name="opened"/> take over, and frees the one before. One call at a time.</summary>
    /// <param name="pipeline">Running.</param>
    /// <param name="next">What was asked of the network.</param>
    /// <param name="opened">Opened for it; owned from now on.</param>
    /// <param name="decoding">How its maps become poses.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task ExchangeAsync(Pipeline pipeline, NetworkPlan next, PoseNetwork opened, DecoderOptions decoding, CancellationToken stop)
    {
        open.Add(opened); // freed at the end, should the pipeline stop instead
        await pipeline.ExchangeAsync(opened, decoding).WaitAsync(stop).ConfigureAwait(false);
        var before = Current;
        (Current, Plan) = (opened, next);
        open.Remove(before);
        before.Dispose();
    }

    /// <summary>Frees what is open, once the pipeline has ended.</summary>
    public void Dispose()
    {
        foreach (var each in open)
        {
            each.Dispose();
        }
    }
}
