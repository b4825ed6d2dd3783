using System.Runtime.ExceptionServices;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>
/// Runs the pipeline, and again on another provider when the one that ran has failed and the policy (<see cref="NetworkConfig.OnProviderFailure"/>) says so.
/// Cameras and tracks go on meanwhile.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="network">Its network.</param>
/// <param name="running">The configuration that runs, asked at each failure.</param>
/// <param name="networkChanged">Called when another provider runs.</param>
/// <param name="logger">The log of the networks.</param>
internal sealed partial class PipelineRun(Pipeline pipeline, LiveNetwork network, Func<EdgePoseConfig> running, Action networkChanged, ILogger logger)
{
    /// <summary>Runs until <paramref name="stop"/>, or until every source has ended.</summary>
    /// <exception cref="NetworkRunException">The network failed while running, and the policy is to stop or no provider is left.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await Task.Factory.StartNew(() => pipeline.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
                return;
            }
            catch (NetworkRunException failure)
            {
                if (stop.IsCancellationRequested || running().Network.OnProviderFailure == ProviderFailureChoice.Stop || !await TryFallBackAsync(failure, stop).ConfigureAwait(false))
                {
                    pipeline.EndTracks();
                    ExceptionDispatchInfo.Throw(failure);
                }
            }
        }
    }

    private async Task<bool> TryFallBackAsync(NetworkRunException failure, CancellationToken stop)
    {
        LogProviderFailed(failure.Provider, failure.Reason);
        try
        {
            if (!await network.TryFallBackAsync(pipeline.ExchangeAsync, failure, running(), NetworkLog.Progress(logger), stop).ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (NetworkException none)
        {
            foreach (var fault in none.Faults)
            {
                LogNoFallback(fault);
            }

            return false;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }

        networkChanged();
        return true;
    }

    [LoggerMessage(EventId = LogEvents.ProviderFailed, Level = LogLevel.Error, Message = "The network failed on {Provider} ({Reason}). The next providers are tried (network.onProviderFailure)")]
    private partial void LogProviderFailed(ExecutionProvider provider, string reason);

    [LoggerMessage(EventId = LogEvents.NoFallback, Level = LogLevel.Error, Message = "{Fault}")]
    private partial void LogNoFallback(string fault);
}
