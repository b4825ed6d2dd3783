using System.Runtime.ExceptionServices;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

public sealed partial class LiveDaemon
{
    /// <summary>Runs the pipeline, and again on another provider when the one that ran has failed and the policy (<see cref="NetworkConfig.OnProviderFailure"/>) says so. Cameras and tracks go on meanwhile.</summary>
    private async Task RunPipelineAsync(CancellationToken stop)
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
                if (stop.IsCancellationRequested || Running.Network.OnProviderFailure == ProviderFailureChoice.Stop || !await TryFallBackAsync(failure, stop).ConfigureAwait(false))
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
            if (!await network.TryFallBackAsync(pipeline.ExchangeAsync, failure, Running, NetworkLog.Progress(networks.Logger), stop).ConfigureAwait(false))
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

        NetworkChanged();
        reporter.Report(withLine: false);
        return true;
    }

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "The network failed on {Provider} ({Reason}); the providers after it are tried (network.onProviderFailure)")]
    private partial void LogProviderFailed(ExecutionProvider provider, string reason);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "{Fault}")]
    private partial void LogNoFallback(string fault);
}
