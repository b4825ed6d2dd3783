using EdgePose.Cameras.Supervision;
using EdgePose.Configuration.Inspection;
using EdgePose.Daemon.Checks;
using EdgePose.Daemon.Networks;
using EdgePose.Daemon.Reload;
using EdgePose.Daemon.Settings;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

/// <summary>Reads the configuration again and gives it to the rooms that run: the whole of it or nothing. One reload at a time.</summary>
/// <param name="origin">The configuration, its files at the start, and the place of the last good one.</param>
/// <param name="service">The daemon, whose rooms may not run yet.</param>
/// <param name="manager">Receives each reload.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets every error.</param>
internal sealed partial class Reloader(ConfigurationOrigin origin, EdgePoseService service, ServiceManager manager, TimeProvider time, ILogger logger) : IReloader, IDisposable
{
    private static readonly TimeSpan StartCheck = TimeSpan.FromSeconds(0.1);

    private readonly SemaphoreSlim turn = new(1);
    private ConfigurationSnapshot seen = origin.Start;
    private string networkFault = string.Empty; // of the configuration that was refused last

    /// <summary>The configuration, as it was read last.</summary>
    public string Path => origin.Path;

    /// <summary>What was read last, accepted or not.</summary>
    public ConfigurationSnapshot Seen => Volatile.Read(ref seen);

    /// <summary>Whether what was read last does not run, because it was refused.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Keeps the configuration of the start as the last good one, once it runs. It remembers why the files were refused. To be called before all others.</summary>
    public async Task TakeStartAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var live = await LiveAsync(stop).ConfigureAwait(false);
            if (live.Refusal is null)
            {
                origin.LastGood.Keep(live.Running, logger);
            }
            else
            {
                networkFault = origin.Start.Result.Config is null ? string.Empty : string.Join('\n', live.Refusal.Errors);
                IsRefused = true; // from now on it is read again every few seconds
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Reads, checks and applies. A daemon that is still starting is waited for.</summary>
    /// <param name="trigger">What asks for it: <c>file</c>, <c>signal</c> or <c>command</c>.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">The daemon ends.</exception>
    /// <remarks>A fault of the program refuses the change like any other, and is logged whole: the daemon runs on, and so do all ways to reload.</remarks>
    public async Task<ReloadVerdict> ReloadAsync(string trigger, CancellationToken stop)
    {
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var live = await LiveAsync(stop).ConfigureAwait(false);
            manager.Reloading();
            try
            {
                var next = ConfigurationSnapshot.Take(Path);
                Volatile.Write(ref seen, next);
                networkFault = string.Empty;
                return next.Result.Config is { } config
                    ? await ApplyAsync(live, config, trigger, stop).ConfigureAwait(false)
                    : Refuse(live, trigger, [.. next.Result.Errors.Select(error => error.ToString())]);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException && !IsEnd(live, fault, stop))
            {
                LogFault(fault);
                return Refuse(live, trigger, [ProgramFault.Describe(fault)]);
            }
            finally
            {
                manager.Ready();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Looks again at a configuration that was refused: what was missing (a credential, a clip, a network's file) may have come. Says nothing when it has not.</summary>
    public async Task RetryAsync(CancellationToken stop)
    {
        var now = ConfigurationSnapshot.Take(Path).Result;
        if (!now.Errors.SequenceEqual(Seen.Result.Errors) || FaultOfNetwork(now.Config) != networkFault)
        {
            await ReloadAsync("file", stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<LiveDaemon> LiveAsync(CancellationToken stop)
    {
        LiveDaemon? live;
        while ((live = service.Live) is not { IsRunning: true })
        {
            await Task.Delay(StartCheck, time, stop).ConfigureAwait(false);
        }

        return live;
    }

    private static bool IsEnd(LiveDaemon live, Exception fault, CancellationToken stop) => fault is OperationCanceledException && (stop.IsCancellationRequested || !live.IsRunning);

    /// <summary>What a file of the network or of the one for overload lacks; empty when nothing.</summary>
    private static string FaultOfNetwork(EdgePoseConfig? config) => config is null ? string.Empty : string.Join('\n', PlanCheck.FaultsOf(config));

    private async Task<ReloadVerdict> ApplyAsync(LiveDaemon live, EdgePoseConfig config, string trigger, CancellationToken stop)
    {
        try
        {
            var change = await live.ApplyAsync(config, stop).ConfigureAwait(false);
            IsRefused = false;
            origin.LastGood.Keep(live.Running, logger);
            if (change.RestartNeeded.Length > 0)
            {
                LogRestartNeeded(string.Join(", ", change.RestartNeeded));
            }

            return new ReloadVerdict { Accepted = true, Revision = ConfigurationHash.Of(live.Running), Changes = Summary(change), RestartNeeded = change.RestartNeeded };
        }
        catch (NetworkException fault)
        {
            networkFault = FaultOfNetwork(config);
            return Refuse(live, trigger, fault.Faults);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && live.IsRunning)
        {
            return await ApplyAsync(live, config, trigger, stop).ConfigureAwait(false); // a provider failed at that very moment, and its successor took the turn
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Refuse(live, trigger, [fault.Message]);
        }
    }

    private ReloadVerdict Refuse(LiveDaemon live, string trigger, IReadOnlyList<string> errors)
    {
        IsRefused = true;
        foreach (var error in errors)
        {
            ConfigurationLog.Error(logger, error);
        }

        LogRefused(errors.Count);
        live.Refuse(new ConfigurationRefusal(time.GetUtcNow(), trigger, errors));
        return new ReloadVerdict { Revision = ConfigurationHash.Of(live.Running), Errors = errors };
    }

    private static string Summary(ConfigurationChange change)
    {
        if (change.IsEmpty)
        {
            return "nothing differs from what runs";
        }

        List<string> parts = [];
        void Say(bool changed, string text)
        {
            if (changed)
            {
                parts.Add(text);
            }
        }

        Say(change.CamerasAdded.Length > 0, $"cameras added: {string.Join(", ", change.CamerasAdded)}");
        Say(change.CamerasChanged.Length > 0, $"cameras started anew: {string.Join(", ", change.CamerasChanged)}");
        Say(change.CamerasRemoved.Length > 0, $"cameras removed: {string.Join(", ", change.CamerasRemoved)}");
        Say(change.Network, "another network");
        Say(change.Decoding, "decoding");
        Say(change.Batching, "batching");
        Say(change.Broker, "broker connected anew");
        Say(change.Rates, "rates of messages");
        Say(change.RestartNeeded.Length > 0 && parts.Count == 0, "nothing before the next start");
        return string.Join("; ", parts);
    }

    [LoggerMessage(EventId = LogEvents.ReloadFault, Level = LogLevel.Critical, Message = "The configuration could not be read or taken over, by a fault of the program")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(EventId = LogEvents.ReloadRefused, Level = LogLevel.Error, Message = "The new configuration is refused ({Count} errors, above); the one before runs on")]
    private partial void LogRefused(int count);

    [LoggerMessage(EventId = LogEvents.ReloadRestartNeeded, Level = LogLevel.Warning, Message = "Only the next start takes over: {Paths}")]
    private partial void LogRestartNeeded(string paths);
}
