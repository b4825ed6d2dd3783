using EdgePose.Cameras.Supervision;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

public sealed partial class LiveDaemon
{
    private readonly SemaphoreSlim changing = new(1);
    private readonly CancellationTokenSource ended = new();

    /// <summary>
    /// Makes <paramref name="next"/> the configuration that runs, and touches only what it changes: cameras that stay lose no frame, tracks keep their ids, and
    /// no event is lost. What can fail is done first (the network is opened, proved and warmed beside the one that runs; files are read), so either all
    /// of the change is made or nothing of it. One change at a time; a second call waits for the first.
    /// </summary>
    /// <param name="next">Valid.</param>
    /// <param name="stop">Ends the wait for the running pipeline.</param>
    /// <returns>What was changed. <see cref="ConfigurationChange.RestartNeeded"/> names what only the next start takes over; <see cref="Running"/> has it as before.</returns>
    /// <exception cref="NetworkException">The network is at fault: nothing has changed.</exception>
    /// <exception cref="IOException">A file that it names cannot be read: nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, the daemon ends, or a provider failed at that very moment: ask again.</exception>
    public async Task<ConfigurationChange> ApplyAsync(EdgePoseConfig next, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(next);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, ended.Token);
        await changing.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            var nextFiles = new ReferencedFiles(next);
            var change = ConfigurationChange.Between(Running, next, nextFiles.DifferentFrom(files));
            var plan = PlanCheck.Of(next);
            if (!change.Network)
            {
                plan = configured;
            }
            else if (!network.CanBecome(plan))
            {
                // The network for overload has the skeleton of the new one, so it waits for the next start too.
                change = change with { Network = false, Overload = false, RestartNeeded = [.. change.RestartNeeded, "$.network", .. change.Overload ? ["$.overload"] : Array.Empty<string>()] };
                (next, plan) = (next with { Network = Running.Network, Overload = Running.Overload }, configured);
            }

            var running = ConfigurationChange.Running(Running, next);
            var plans = running.CameraPlans();
            var opens = change.Network || (change.Overload && network.Plan != configured); // a step that is taken may have exchanged the network
            var opened = opens ? await network.OpenAsync(plan, next.Network, NetworkLog.Progress(networks.Logger), stopping.Token).ConfigureAwait(false) : null;
            var before = configured;
            configured = plan; // cameras that are added are scaled for it
            try
            {
                await MakeAsync(change, running, plan, opened, plans, stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                configured = before;
                throw;
            }

            (Running, files) = (running, nextFiles);
            if (change.Network || change.Overload)
            {
                RestartOverload();
            }

            LimitFrames(overload.Steps);
            state.TakeConfiguration(ConfigurationHash.Of(running), change.RestartNeeded);
            reporter.Report(withLine: false);
            LogChanged(change.CamerasAdded.Length, change.CamerasChanged.Length, change.CamerasRemoved.Length, change.Network, change.Broker);
            return change;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Tells the broker that a configuration was refused, and why. Nothing changes.</summary>
    public void Refuse(ConfigurationRefusal refusal)
    {
        state.TakeRefusal(refusal);
        reporter.Report(withLine: false);
    }

    /// <summary>The change itself; nothing of it fails but by the end of the daemon.</summary>
    private async Task MakeAsync(ConfigurationChange change, EdgePoseConfig running, NetworkPlan plan, PoseNetwork? opened, IReadOnlyList<CameraPlan> plans, CancellationToken stop)
    {
        pipeline.Regions = plan.Regions;
        if (opened is not null)
        {
            await network.ExchangeAsync(pipeline.ExchangeAsync, plan, opened, running.Decoding, stop).ConfigureAwait(false);
            NetworkChanged();
            foreach (var supervisor in crew.Supervisors)
            {
                supervisor.ScaleTo(plan.FrameSizePx(supervisor.Config)); // from their decoder's next start on
            }
        }
        else if (change.Decoding)
        {
            await pipeline.ExchangeAsync(network.Current, running.Decoding).WaitAsync(stop).ConfigureAwait(false);
        }

        batcher.MaxDelay = TimeSpan.FromMilliseconds(running.Batching.MaxDelayMs);
        mqtt.Configure(running.Mqtt);
        scenes.Configure(running.Cameras, change.CamerasRemoved);
        if (change.Broker)
        {
            publisher.Reconnect(running.ResolvedMqtt());
        }

        if (change.CamerasAdded.Length + change.CamerasChanged.Length + change.CamerasRemoved.Length > 0)
        {
            await crew.ChangeAsync(plans, change.CamerasChanged.ToHashSet(StringComparer.Ordinal), stop).ConfigureAwait(false);
            foreach (var id in change.CamerasRemoved)
            {
                publisher.ClearRetained(topics.State(id));
            }
        }
    }

    /// <summary>Another network runs: the log and the status say so.</summary>
    private void NetworkChanged()
    {
        NetworkLog.Runs(networks.Logger, network.Current);
        state.TakeNetwork(network.Current);
    }

    [LoggerMessage(EventId = LogEvents.DaemonChanged, Level = LogLevel.Information, Message = "Another configuration runs: cameras added {Added}, changed {Changed}, removed {Removed}; network changed: {Network}; broker changed: {Broker}")]
    private partial void LogChanged(int added, int changed, int removed, bool network, bool broker);
}
