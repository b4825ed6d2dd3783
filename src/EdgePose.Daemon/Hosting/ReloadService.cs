using System.Globalization;
using System.Runtime.InteropServices;
using EdgePose.Daemon.Reload;
using EdgePose.Inference;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>Takes over another configuration while the daemon runs: when its files change, on SIGHUP, and when <c>edgepose reload</c> asks.</summary>
public sealed partial class ReloadService : BackgroundService
{
    private const string Status = "/proc/self/status";
    private const string Ignored = "SigIgn:";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

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
        reloader = new Reloader(origin, service, manager, time, logger);
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
        if (IgnoresHangUp())
        {
            LogHangUpIgnored();
        }

        await Task.WhenAll(
            Guard(reloader.TakeStartAsync, stoppingToken),
            Guard(new ConfigurationWatch(reloader, time).RunAsync, stoppingToken),
            Guard(control.RunAsync, stoppingToken),
            Guard(FollowSignalAsync, stoppingToken)).ConfigureAwait(false);
    }

    /// <summary>Whether this process was started with SIGHUP ignored, as <c>nohup</c> does. The runtime respects that, so no registration ever hears of one.</summary>
    /// <remarks>Source: proc(5), the mask of signals that are ignored; bit 0 is signal 1.</remarks>
    private static bool IgnoresHangUp() =>
        File.Exists(Status) && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
            && (ulong.Parse(mask.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0;

    private async Task FollowSignalAsync(CancellationToken stop)
    {
        while (true)
        {
            await hangUps.WaitAsync(stop).ConfigureAwait(false);
            await reloader.ReloadAsync("signal", stop).ConfigureAwait(false);
        }
    }

    /// <summary>A fault here is one of the program, and no reason to stop the cameras: it is logged, the other ways to reload go on, and this one is opened again after a pause.</summary>
    private async Task Guard(Func<CancellationToken, Task> way, CancellationToken stop)
    {
        try
        {
            for (var isOpen = true; isOpen;)
            {
                isOpen = await FailsAsync(way, stop).ConfigureAwait(false);
                await Task.Delay(isOpen ? Pause : TimeSpan.Zero, time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the daemon ends
        }
    }

    /// <summary>Whether the way failed, and did not end of itself.</summary>
    private async Task<bool> FailsAsync(Func<CancellationToken, Task> way, CancellationToken stop)
    {
        try
        {
            await way(stop).ConfigureAwait(false);
            return false;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            LogFailed(fault);
            return true;
        }
    }

    [LoggerMessage(EventId = LogEvents.ReloadFailed, Level = LogLevel.Critical, Message = "A way to reload failed; it is opened again in a moment")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(EventId = LogEvents.ReloadHangUpIgnored, Level = LogLevel.Information, Message = "SIGHUP is ignored, as it was when this process was started (nohup does that): a change of the files and 'edgepose reload' are heard")]
    private partial void LogHangUpIgnored();
}
