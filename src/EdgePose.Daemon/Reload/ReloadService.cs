using System.Runtime.InteropServices;
using EdgePose.Daemon.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Reload;

/// <summary>What a running daemon's configuration was read from.</summary>
/// <param name="Path">A file or a folder.</param>
/// <param name="Start">What lay there at the start.</param>
public sealed record ConfigurationOrigin(string Path, ConfigurationSnapshot Start);

/// <summary>Takes over another configuration while the daemon runs: when its files change, on SIGHUP, and when <c>edgepose reload</c> asks.</summary>
public sealed partial class ReloadService : BackgroundService
{
    private readonly Reloader reloader;
    private readonly ControlSocket control;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SemaphoreSlim hangUps = new(0);
    private readonly PosixSignalRegistration hangUp;

    /// <summary>Makes one. From here on SIGHUP does not end the program.</summary>
    public ReloadService(ConfigurationOrigin origin, EdgePoseService service, ServiceManager manager, TimeProvider time, ILogger<ReloadService> logger)
    {
        ArgumentNullException.ThrowIfNull(origin);
        (this.time, this.logger) = (time, logger);
        reloader = new Reloader(origin.Path, origin.Start, service, manager, time, logger);
        control = new ControlSocket(ControlSocketPath.ForDaemon(origin.Path), reloader, logger);
        hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            hangUps.Release();
        });
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        hangUp.Dispose();
        hangUps.Dispose();
        reloader.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll(
            Guard(new ConfigurationWatch(reloader, time).RunAsync(stoppingToken)),
            Guard(control.RunAsync(stoppingToken)),
            Guard(FollowSignalAsync(stoppingToken))).ConfigureAwait(false);
    }

    private async Task FollowSignalAsync(CancellationToken stop)
    {
        while (true)
        {
            await hangUps.WaitAsync(stop).ConfigureAwait(false);
            await reloader.ReloadAsync("signal", stop).ConfigureAwait(false);
        }
    }

    /// <summary>A fault here is one of the program, and no reason to stop the cameras: it is logged, and the other ways to reload go on.</summary>
    private async Task Guard(Task way)
    {
        try
        {
            await way.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the daemon ends
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(EventId = 304, Level = LogLevel.Critical, Message = "A way to reload failed and is closed until the next start")]
    private partial void LogFailed(Exception fault);
}
