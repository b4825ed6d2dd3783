using System.Collections.Immutable;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Overload;

/// <summary>Measures every second how the device copes, takes and undoes steps, and logs each.</summary>
/// <param name="load">Measures.</param>
/// <param name="thermal">Tells the heat.</param>
/// <param name="take">Makes the given steps the ones that are taken, and tells the status.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives each step.</param>
public sealed partial class OverloadWatch(LoadMeter load, ThermalZones thermal, Func<OverloadPolicy, CancellationToken, Task> take, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private volatile Watched? watched;

    /// <summary>The steps that are taken; none when nothing is watched.</summary>
    public ImmutableArray<OverloadStep> Steps => watched?.Policy.Steps ?? [];

    /// <summary>Whether it is this policy that is asked now.</summary>
    public bool IsCurrent(OverloadPolicy policy) => watched?.Policy == policy;

    /// <summary>Restarts without a step taken, with <paramref name="config"/>. The caller has undone what was taken.</summary>
    public void Restart(OverloadConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        watched = config.Enabled ? new Watched(config, new OverloadPolicy(config, [.. config.Steps.Order()])) : null;
    }

    /// <summary>Watches until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var origin = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                if (watched is { } now)
                {
                    await LookAsync(now, time.GetElapsedTime(origin), stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    private async Task LookAsync(Watched now, TimeSpan at, CancellationToken stop)
    {
        var policy = now.Policy;
        var before = policy.Steps;
        var heat = now.Config.Thermal ? thermal.Read(now.Config.ThermalMarginCelsius) : (Heat.Cool, string.Empty);
        if (!policy.Look(load.Look(before.Any(step => OverloadMeasure.Of(step).KeepsFramesBack), heat), at))
        {
            return;
        }

        try
        {
            await take(policy, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            policy.Forget(before); // a provider failed at that moment and its successor took the turn: looked at again
            return;
        }
        catch (NetworkException exception)
        {
            // The network that a step, or its end, asks for cannot be opened: the one that runs goes on, and so do the steps of before.
            if (policy.Steps.Length > before.Length)
            {
                LogRefused(policy.Steps[^1], exception.Faults[0]);
                policy.Refuse();
            }
            else
            {
                LogNotUndone(before[^1], exception.Faults[0]);
                policy.Retake(before[^1]);
            }

            return;
        }

        if (policy.Steps.Length > before.Length)
        {
            LogTaken(policy.Steps[^1], policy.Reason);
        }
        else
        {
            LogUndone(before[^1], policy.Steps.Length);
        }
    }

    [LoggerMessage(EventId = LogEvents.OverloadTaken, Level = LogLevel.Warning, Message = "Overload: {Step} is taken, because {Reason}")]
    private partial void LogTaken(OverloadStep step, string reason);

    [LoggerMessage(EventId = LogEvents.OverloadUndone, Level = LogLevel.Information, Message = "Overload: {Step} is undone; {Left} steps are left")]
    private partial void LogUndone(OverloadStep step, int left);

    [LoggerMessage(EventId = LogEvents.OverloadRefused, Level = LogLevel.Warning, Message = "Overload: {Step} cannot be taken and is left out from now on: {Fault}")]
    private partial void LogRefused(OverloadStep step, string fault);

    [LoggerMessage(EventId = LogEvents.OverloadNotUndone, Level = LogLevel.Error, Message = "Overload: {Step} cannot be undone yet: {Fault}")]
    private partial void LogNotUndone(OverloadStep step, string fault);

    private sealed record Watched(OverloadConfig Config, OverloadPolicy Policy);
}
