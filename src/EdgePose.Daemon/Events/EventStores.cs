using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Spool;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Events;

/// <summary>Makes the store of events that the configuration asks for.</summary>
public static class EventStores
{
    /// <summary>Opens it.</summary>
    /// <exception cref="SpoolInUseException">Another daemon has the spool.</exception>
    public static IEventStore Open(EdgePoseConfig config, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = OptionsOf(config, Environment.GetEnvironmentVariable);
        return config.Spool.Durability == SpoolDurability.Memory ? new MemoryEventStore(options.MaxBytes, options.MaxAge, time) : new SpoolEventStore(options, time, logger);
    }

    /// <summary>The spool's part of a configuration.</summary>
    internal static SpoolOptions OptionsOf(EdgePoseConfig config, Func<string, string?> environment)
    {
        var (folder, legacy) = SpoolLocation.Of(config, environment);
        return new SpoolOptions(folder, config.Spool.MaxMegabytes * 1_000_000L, TimeSpan.FromHours(config.Spool.MaxAgeHours), config.Mqtt.InFlight)
        {
            LegacyFile = legacy,
            SyncsEachWrite = config.Spool.Durability == SpoolDurability.Full,
        };
    }
}
