using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

public sealed partial class EdgePoseService
{
    /// <summary>Opens the network of the configuration in the files. Where that, or its network, is refused, it opens the network of the last good configuration.</summary>
    /// <exception cref="NetworkException">Neither can be opened.</exception>
    /// <exception cref="NetworkHangException">Opening hangs. Nothing else is tried: the native library is in the hands of the thread that hangs.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, and the opening is left behind.</exception>
    private async Task<OpenedStart> OpenAsync(CancellationToken stop)
    {
        if (origin?.Start.Result.Errors is { Count: > 0 } errors)
        {
            return await OpenLastGoodAsync(config, [.. errors.Select(error => error.ToString())], stop).ConfigureAwait(false);
        }

        try
        {
            return await OpenAsync(config, [], stop).ConfigureAwait(false);
        }
        catch (NetworkException fault) when (fault is not (NetworkRunException or NetworkHangException))
        {
            if (LastGoodInstead() is { } lastGood)
            {
                return await OpenLastGoodAsync(lastGood, fault.Faults, stop).ConfigureAwait(false);
            }

            throw;
        }
    }

    private async Task<OpenedStart> OpenLastGoodAsync(EdgePoseConfig lastGood, IReadOnlyList<string> errors, CancellationToken stop)
    {
        foreach (var error in errors)
        {
            ConfigurationLog.Error(logger, error);
        }

        LogLastGood(errors.Count, ConfigurationHash.Of(lastGood)[..12]);
        rooms.Manager.Status($"configuration refused ({errors.Count} errors), starting with the last good one");
        return await OpenAsync(lastGood, errors, stop).ConfigureAwait(false);
    }

    private async Task<OpenedStart> OpenAsync(EdgePoseConfig which, IReadOnlyList<string> refused, CancellationToken stop)
    {
        var plan = PlanCheck.Of(which);
        var limit = NetworkOpener.Limit(plan, which.Network);
        var network = rooms.Networks.OpenAsync(plan);
        opening = network;
        try
        {
            return new OpenedStart(which, plan, await network.WaitAsync(limit, rooms.Time, stop).ConfigureAwait(false), refused);
        }
        catch (TimeoutException exception)
        {
            throw new NetworkHangException(plan, limit, "the daemon ends, to be started again", exception);
        }
    }

    /// <summary>The last good configuration, where it differs from the files; else null, and the log says why.</summary>
    private EdgePoseConfig? LastGoodInstead()
    {
        if (origin?.LastGood.Read() is not { } last)
        {
            return null;
        }

        foreach (var error in last.Errors)
        {
            LogNoLastGood(error.ToString());
        }

        return last.Config is { } lastGood && ConfigurationHash.Of(lastGood) != ConfigurationHash.Of(config) ? lastGood : null;
    }

    [LoggerMessage(EventId = LogEvents.DaemonLastGood, Level = LogLevel.Error, Message = "The configuration is refused ({Count} errors, above); the last good one, revision {Revision}, runs until it is corrected")]
    private partial void LogLastGood(int count, string revision);

    [LoggerMessage(EventId = LogEvents.DaemonNoLastGood, Level = LogLevel.Error, Message = "The network is at fault, and nothing else can be started with: {Error}")]
    private partial void LogNoLastGood(string error);

    /// <summary>What the daemon starts with.</summary>
    /// <param name="Config">The configuration.</param>
    /// <param name="Plan">The network's part of it.</param>
    /// <param name="Network">Opened and warm.</param>
    /// <param name="Refused">Why it is not the configuration of the files; empty when it is.</param>
    private sealed record OpenedStart(EdgePoseConfig Config, NetworkPlan Plan, PoseNetwork Network, IReadOnlyList<string> Refused);
}
