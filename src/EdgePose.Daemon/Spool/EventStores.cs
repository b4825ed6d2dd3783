using EdgePose.Daemon.Configuration;
using EdgePose.Daemon.Publishing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Spool;

/// <summary>Makes the store of events that the configuration asks for.</summary>
public static class EventStores
{
    /// <summary>
    /// Opens it. A disk that cannot be used does not keep the device from watching: events wait in memory then, and log and status say so. A spool that another
    /// daemon has is a different matter: two that send the same events are a mistake that nobody would notice.
    /// </summary>
    /// <exception cref="SpoolInUseException">Another daemon has the spool.</exception>
    public static IEventStore Open(EdgePoseConfig config, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        var maxAge = TimeSpan.FromHours(config.Spool.MaxAgeHours);
        if (config.Spool.Durability == SpoolDurability.Memory)
        {
            return new MemoryEventStore(config.Spool.MaxMegabytes * 1_000_000L, maxAge, time);
        }

        var path = SpoolLocation.Of(config, Environment.GetEnvironmentVariable);
        try
        {
            var store = SpoolEventStore.Open(path, config.Spool, config.Mqtt.InFlight, time, logger);
            SpoolLog.Opened(logger, path, store.Count);
            return store;
        }
        catch (Exception fault) when (fault is SqliteException or UnauthorizedAccessException || (fault is IOException && fault is not SpoolInUseException))
        {
            var reason = fault.Message.ReplaceLineEndings(" ").TrimEnd('.');
            SpoolLog.Unusable(logger, path, reason);
            return new MemoryEventStore(config.Spool.MaxMegabytes * 1_000_000L, maxAge, time, $"the spool {path} cannot be used ({reason}): {SpoolLog.InMemory}");
        }
    }
}
