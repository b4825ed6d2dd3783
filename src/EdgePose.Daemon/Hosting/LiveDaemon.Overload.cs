using System.Collections.Immutable;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Overload;
using EdgePose.Daemon.Settings;

namespace EdgePose.Daemon.Hosting;

public sealed partial class LiveDaemon
{
    /// <summary>Takes the policy's steps and reports them in the status, unless a change of the configuration has restarted the policy.</summary>
    private async Task TakeStepsAsync(OverloadPolicy policy, CancellationToken stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, ended.Token);
        await changing.WaitAsync(stopping.Token).ConfigureAwait(false);
        try
        {
            if (!overload.IsCurrent(policy))
            {
                return;
            }

            // What failed while running has failed for every network: the options go on from the one that runs.
            var wanted = OverloadMeasure.PlanOf(configured, Running, policy.Steps) with { Options = network.Plan.Options };
            if ((wanted.Manifest.Sha256, wanted.Shape, wanted.Exit) != (network.Plan.Manifest.Sha256, network.Plan.Shape, network.Plan.Exit))
            {
                var opened = await network.OpenAsync(wanted, Running.Network, NetworkLog.Progress(networks.Logger), stopping.Token).ConfigureAwait(false);
                await network.ExchangeAsync(pipeline.ExchangeAsync, wanted, opened, Running.Decoding, stopping.Token).ConfigureAwait(false);
                NetworkChanged();
            }

            LimitFrames(policy.Steps);
            state.TakeOverload(policy.Steps, policy.Reason);
        }
        finally
        {
            changing.Release();
        }

        reporter.Report(withLine: false);
    }

    private void LimitFrames(ImmutableArray<OverloadStep> steps) => OverloadMeasure.LimitCameras(cameras.Current, Running.Overload, steps);

    /// <summary>Another configuration of the network or of overload: no step is taken any more.</summary>
    private void RestartOverload()
    {
        overload.Restart(Running.Overload);
        state.TakeOverload([], string.Empty);
    }
}
