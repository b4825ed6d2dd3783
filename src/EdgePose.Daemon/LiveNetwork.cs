using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Daemon;

/// <summary>
/// The network that runs, and its exchange for another one: opened, proved and warmed on a thread of its own beside the one that runs, and then taken over by
/// the pipeline between two batches. While both are open they take the memory of both. See docs/decisions/0005.
/// </summary>
/// <param name="plan">What was asked of it.</param>
/// <param name="network">Opened and warm; owned from now on.</param>
/// <param name="openNetwork">Opens and warms one; <see cref="NetworkOpener"/>, but for a test.</param>
internal sealed class LiveNetwork(NetworkPlan plan, PoseNetwork network, Func<NetworkPlan, IProgress<string>?, PoseNetwork> openNetwork) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<PoseNetwork> open = [network];

    /// <summary>The network that runs.</summary>
    public PoseNetwork Current { get; private set; } = network;

    /// <summary>What was asked of it.</summary>
    public NetworkPlan Plan { get; private set; } = plan;

    /// <summary>Whether a network of <paramref name="next"/> can follow: its poses go to the same trackers and into the same payloads.</summary>
    public bool CanBecome(NetworkPlan next) => next.Manifest.Skeleton.Id == Current.Manifest.Skeleton.Id;

    /// <summary>Opens, proves and warms a network beside the one that runs.</summary>
    /// <exception cref="NetworkException">The file, the shape or the machine is at fault; nothing has changed.</exception>
    public async Task<PoseNetwork> OpenAsync(NetworkPlan next, IProgress<string>? progress)
    {
        var opened = await Task.Factory.StartNew(() => openNetwork(next, progress), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        lock (gate)
        {
            open.Add(opened);
        }

        return opened;
    }

    /// <summary>Lets a network take over that <see cref="OpenAsync"/> gave, and frees the one before. One call at a time.</summary>
    /// <param name="pipeline">Running.</param>
    /// <param name="next">What was asked of the network.</param>
    /// <param name="opened">Opened for it.</param>
    /// <param name="decoding">How its maps become poses.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was stopped, or another network came before its turn: then it is freed.</exception>
    public async Task ExchangeAsync(Pipeline pipeline, NetworkPlan next, PoseNetwork opened, DecoderOptions decoding, CancellationToken stop)
    {
        var turn = pipeline.ExchangeAsync(opened, decoding);
        try
        {
            await turn.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (turn.IsCanceled)
        {
            Forget(opened);
            opened.Dispose();
            throw;
        }

        var before = Current;
        (Current, Plan) = (opened, next);
        Forget(before);
        before.Dispose();
    }

    /// <summary>Opens the network on the providers that are left after the one that failed, for the pipeline's next run. What failed is not freed: its native state is not to be touched again.</summary>
    /// <returns>False when no provider is left.</returns>
    /// <exception cref="NetworkException">None of those that are left runs it.</exception>
    public async Task<bool> TryFallBackAsync(Pipeline pipeline, NetworkRunException failure, DecoderOptions decoding, IProgress<string>? progress)
    {
        if (Plan.Options.Without(failure.Provider, failure.Reason) is not { } options)
        {
            return false;
        }

        var next = Plan with { Options = options };
        var opened = await OpenAsync(next, progress).ConfigureAwait(false);
        _ = pipeline.ExchangeAsync(opened, decoding); // taken up by the next run
        Forget(Current);
        (Current, Plan) = (opened, next);
        return true;
    }

    /// <summary>Frees what is open, once the pipeline has ended.</summary>
    public void Dispose()
    {
        foreach (var each in open)
        {
            each.Dispose();
        }
    }

    private void Forget(PoseNetwork which)
    {
        lock (gate)
        {
            open.Remove(which);
        }
    }
}
