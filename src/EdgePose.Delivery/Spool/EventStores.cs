using EdgePose.Daemon.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>Makes the store of events that the configuration asks for.</summary>
public static class EventStores
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(SpoolLog.PauseSeconds);

    /// <summary>
    /// Opens it. A disk that cannot be used does not keep the device from watching: events wait in memory until it can, and log and status say so. A spool that another
    /// daemon has is a different matter: two that send the same events are a mistake that nobody would notice.
    /// </summary>
    /// <exception cref="SpoolInUseException">Another daemon has the spool.</exception>
    public static IEventStore Open(EdgePoseConfig config, TimeProvider time, ILogger logger) => Open(config, time, logger, Pause);

    /// <summary>The same, with another pause after which a spool that cannot be opened is tried again.</summary>
    internal static IEventStore Open(EdgePoseConfig config, TimeProvider time, ILogger logger, TimeSpan pause)
    {
        ArgumentNullException.ThrowIfNull(config);
        MemoryEventStore InMemory() => new(config.Spool.MaxMegabytes * 1_000_000L, TimeSpan.FromHours(config.Spool.MaxAgeHours), time);
        if (config.Spool.Durability == SpoolDurability.Memory)
        {
            return InMemory();
        }

        var path = SpoolLocation.Of(config, Environment.GetEnvironmentVariable);
        SpoolEventStore OnDisk() => SpoolEventStore.Open(path, config.Spool, config.Mqtt.InFlight, time, logger);
        try
        {
            var store = OnDisk();
            SpoolLog.Opened(logger, path, store.Count, store.Status.DroppedBefore);
            return store;
        }
        catch (Exception fault) when (IsOfTheDisk(fault) && fault is not SpoolInUseException)
        {
            return new SpoolStandIn(path, Reason(fault), OnDisk, InMemory(), pause, logger);
        }
    }

    /// <summary>Whether it is the disk, or another process on it, that keeps a spool from being opened.</summary>
    internal static bool IsOfTheDisk(Exception fault) => fault is SqliteException or UnauthorizedAccessException or IOException;

    /// <summary>A fault's reason, as part of a sentence.</summary>
    internal static string Reason(Exception fault) => fault.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
