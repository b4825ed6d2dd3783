using EdgePose.Daemon.Settings;
using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Daemon.Networks;

/// <summary>
/// The network that runs, and its exchange for another one: opened, proved and warmed on a thread of its own beside the one that runs, and then taken over by
/// the pipeline between two batches. While both are open they take the memory of both. See docs/decisions/0005.
/// An opening that hangs can neither be interrupted nor freed: it is left behind, and the one that runs runs on.
/// </summary>
/// <param name="plan">What was asked of it.</param>
/// <param name="network">Opened and warm; owned from now on.</param>
/// <param name="openNetwork">Opens and warms one; <see cref="NetworkOpener"/>, but for a test.</param>
/// <param name="time">The clock of the limit.</param>
public sealed class LiveNetwork(NetworkPlan plan, PoseNetwork network, OpenNetwork openNetwork, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<PoseNetwork> open = [network];
    private volatile Task leftBehind = Task.CompletedTask;

    /// <summary>The network that runs.</summary>
    public PoseNetwork Current { get; private set; } = network;

    /// <summary>What was asked of it.</summary>
    public NetworkPlan Plan { get; private set; } = plan;

    /// <summary>Whether a network of <paramref name="next"/> can follow: its poses go to the same trackers and into the same payloads.</summary>
    public bool CanBecome(NetworkPlan next) => next.Manifest.Skeleton.Id == Current.Manifest.Skeleton.Id;

    /// <summary>Whether a thread is still in an opening that nobody waits for any more: the native library is in its hands, and only the end of the process frees it.</summary>
    public bool HasLeftBehind => !leftBehind.IsCompleted;

    /// <summary>Opens, proves and warms a network beside the one that runs. Not while an opening that was left behind goes on: each would keep memory and a thread for good.</summary>
    /// <param name="next">What is opened.</param>
    /// <param name="section">Says how long that may take.</param>
    /// <param name="progress">Told what goes on.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="NetworkException">The file, the shape or the machine is at fault, or the opening hangs; nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, and the opening is left behind.</exception>
    public Task<PoseNetwork> OpenAsync(NetworkPlan next, NetworkConfig section, IProgress<string>? progress, CancellationToken stop) =>
        HasLeftBehind
            ? throw new NetworkException($"{next.Manifest.Path}: another network cannot be opened, because the opening of an earlier one hangs still; restart the daemon, and see `edgepose doctor`.")
            : OpenWithinAsync(NetworkOpener.Limit(next, section), next, progress, stop);

    /// <summary>Lets a network take over that <see cref="OpenAsync"/> gave, and frees the one before. One call at a time.</summary>
    /// <param name="exchange">Gives it to the running pipeline; ends when it has taken over.</param>
    /// <param name="next">What was asked of the network.</param>
    /// <param name="opened">Opened for it.</param>
    /// <param name="decoding">How its maps become poses.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was stopped, or another network came before its turn: then it is freed.</exception>
    public async Task ExchangeAsync(Func<PoseNetwork, DecoderOptions, Task> exchange, NetworkPlan next, PoseNetwork opened, DecoderOptions decoding, CancellationToken stop)
    {
        var turn = exchange(opened, decoding);
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
    /// <param name="exchange">Gives it to the pipeline, which does not run.</param>
    /// <param name="failure">What failed.</param>
    /// <param name="config">The configuration that runs.</param>
    /// <param name="progress">Told what goes on.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>False when no provider is left.</returns>
    /// <exception cref="NetworkException">None of those that are left runs it, or the opening hangs.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, and the opening is left behind.</exception>
    public async Task<bool> TryFallBackAsync(Func<PoseNetwork, DecoderOptions, Task> exchange, NetworkRunException failure, EdgePoseConfig config, IProgress<string>? progress, CancellationToken stop)
    {
        if (Plan.Options.Without(failure.Provider, failure.Reason) is not { } options)
        {
            return false;
        }

        var next = Plan with { Options = options };
        var opened = await OpenWithinAsync(NetworkOpener.Limit(next, config.Network), next, progress, stop).ConfigureAwait(false);
        _ = exchange(opened, config.Decoding); // taken up by the next run
        Forget(Current);
        (Current, Plan) = (opened, next);
        return true;
    }

    /// <summary>Frees what is open, once the pipeline has ended. Nothing while an opening that was left behind goes on: a lost GPU would hold this thread too, and the process ends.</summary>
    public void Dispose()
    {
        if (HasLeftBehind)
        {
            return;
        }

        foreach (var each in open)
        {
            each.Dispose();
        }
    }

    private async Task<PoseNetwork> OpenWithinAsync(TimeSpan limit, NetworkPlan next, IProgress<string>? progress, CancellationToken stop)
    {
        var isAwaited = true;
        var heard = new Progress<string>(text =>
        {
            if (Volatile.Read(ref isAwaited))
            {
                progress?.Report(text); // what is left behind would say every few seconds that it is still at it
            }
        });
        var opening = NetworkOpener.OnItsOwnThread(openNetwork, next, heard);
        try
        {
            var opened = await opening.WaitAsync(limit, time, stop).ConfigureAwait(false);
            lock (gate)
            {
                open.Add(opened);
            }

            return opened;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Volatile.Write(ref isAwaited, false);
            LeaveBehind(opening);
            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw new NetworkHangException(next, limit, "it is left behind, and keeps its memory until the daemon is restarted", exception);
        }
    }

    /// <summary>What comes after all is freed.</summary>
    private void LeaveBehind(Task<PoseNetwork> opening)
    {
        var freed = opening.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        lock (gate)
        {
            leftBehind = Task.WhenAll(leftBehind, freed);
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
