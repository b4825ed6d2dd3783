using EdgePose.Daemon.Telemetry;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>
/// Ends the program when a step of the pipeline takes longer than it may. A native run that hangs can neither be interrupted nor abandoned: its thread and its
/// memory stay in its hands, so only a new process helps. Works under any supervisor, and beside systemd's watchdog, whichever is first.
/// </summary>
/// <param name="meter">Tells how long the pipeline has been at one step.</param>
/// <param name="limit">How long it may, asked at each look.</param>
/// <param name="end">Ends the program; see <see cref="ProcessEnd"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told before the end.</param>
public sealed partial class HangGuard(PipelineMeter meter, Func<TimeSpan> limit, Action<int> end, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);

    /// <summary>The log is written on a thread of its own, which gets so long for the last line.</summary>
    private static readonly TimeSpan LogTime = TimeSpan.FromSeconds(0.5);

    /// <summary>Guards until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                if (meter.LongestStep is var longest && longest > limit())
                {
                    LogHung(longest.TotalSeconds, limit().TotalSeconds, ExitCodes.Software);
                    await Task.Delay(LogTime, time, stop).ConfigureAwait(false);
                    end(ExitCodes.Software);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    [LoggerMessage(EventId = LogEvents.HangGuardExpired, Level = LogLevel.Critical, Message = "The pipeline has been at one step for {Seconds:0.0} s, and {Limit:0} s are allowed (network.hangLimitSeconds): the daemon ends with exit code {Code}, so that it is started again. If it comes again, see `edgepose doctor`")]
    private partial void LogHung(double seconds, double limit, int code);
}
