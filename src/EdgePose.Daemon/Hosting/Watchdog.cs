using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>
/// Gives systemd's watchdog a sign of life every half of its limit (as sd_watchdog_enabled(3) asks), but only while the pipeline moves: no step of it has taken
/// longer than that half. A pipeline that waits for cameras moves. A hang is thus answered within one and a half times the limit.
/// </summary>
public sealed partial class Watchdog(ServiceManager manager, PipelineMeter meter, TimeProvider time, ILogger logger)
{
    /// <summary>Watches until <paramref name="stop"/>; returns at once where nobody watches.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (manager.WatchdogLimit is not { } limit)
        {
            return;
        }

        using var timer = new PeriodicTimer(limit / 2, time);
        var hung = false;
        try
        {
            do
            {
                var longest = meter.LongestStep;
                if (longest < limit / 2)
                {
                    manager.Alive();
                    hung = false;
                }
                else if (!hung)
                {
                    hung = true;
                    LogHung(longest.TotalSeconds);
                }
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    [LoggerMessage(EventId = LogEvents.WatchdogSilent, Level = LogLevel.Critical, Message = "The pipeline has been at one step for {Seconds:0.0} s; the watchdog gets no sign of life, so that systemd starts the daemon again")]
    private partial void LogHung(double seconds);
}
