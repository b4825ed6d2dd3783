using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using EdgePose.Daemon.Telemetry;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>The daemon as a service of the host: opens the network, runs the rooms, and ends the program with an exit code that says why.</summary>
public sealed partial class EdgePoseService(
    EdgePoseConfig config, DaemonRooms rooms, ILogger<EdgePoseService> logger, IHostApplicationLifetime lifetime, ConfigurationOrigin? origin = null)
    : BackgroundService
{
    private static readonly TimeSpan LogTime = TimeSpan.FromSeconds(0.5); // the log is written on a thread of its own

    private Task opening = Task.CompletedTask;

    /// <summary>How long each step takes; for tests and benchmarks.</summary>
    public PipelineMeter Meter => rooms.Meter;

    /// <summary>The rooms that run, to be given another configuration; null until the network is open and after the end.</summary>
    public LiveDaemon? Live { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await using var stopping = stoppingToken.Register(rooms.Manager.Stopping).ConfigureAwait(false);
        try
        {
            var start = await OpenAsync(stoppingToken).ConfigureAwait(false);
            NetworkLog.Runs(rooms.Networks.Logger, start.Network);
            await using var live = new LiveDaemon(rooms, start.Config, start.Plan, start.Network);
            if (start.Refused.Count > 0)
            {
                live.Refuse(new ConfigurationRefusal(rooms.Time.GetUtcNow(), ConfigurationRefusal.AtStart, start.Refused));
            }

            Live = live;
            await live.RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (NetworkException exception) when (exception is NetworkRunException or NetworkHangException)
        {
            LogFault(exception.Message);
            Environment.ExitCode = ExitCodes.Software; // not the configuration: a new start may find the provider well again
        }
        catch (NetworkException exception)
        {
            foreach (var fault in exception.Faults)
            {
                LogFault(fault);
            }

            Environment.ExitCode = ExitCodes.Config;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // a stop was asked for while the network was being opened
        }
        catch (SpoolInUseException exception)
        {
            LogFault(exception.Message);
            Environment.ExitCode = ExitCodes.Unavailable; // not the configuration's: once the other daemon is gone, the service manager's next try succeeds
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogPipelineFailed(exception);
            Environment.ExitCode = ExitCodes.Software;
        }

        var hasLeftBehind = Live is { HasLeftBehind: true } || !opening.IsCompleted;
        Live = null;
        if (hasLeftBehind)
        {
            LogLeftBehind(Environment.ExitCode);
            await Task.Delay(LogTime, rooms.Time, CancellationToken.None).ConfigureAwait(false);
            ProcessEnd.Now(Environment.ExitCode);
        }

        lifetime.StopApplication();
    }
}
