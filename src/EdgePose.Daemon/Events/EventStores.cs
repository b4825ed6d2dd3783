using EdgePose.Daemon.Settings;
using EdgePose.Delivery.Spool;
using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Events;

/// <summary>Makes the store of events that the configuration asks for.</summary>
public static partial class EventStores
{
    /// <summary>Opens it.</summary>
    /// <exception cref="SpoolInUseException">Another daemon has the spool.</exception>
    public static IEventStore Open(EdgePoseConfig config, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = OptionsOf(config, Environment.GetEnvironmentVariable);
        return config.Spool.Durability == SpoolDurability.Memory ? new MemoryEventStore(options.MaxBytes, options.MaxAge, time) : new SpoolEventStore(options, time, logger);
    }

    /// <summary>Opens the journal of scenes beside the spool; null where events are kept in memory, or the disk refuses, which is logged.</summary>
    public static SceneJournal? OpenJournal(EdgePoseConfig config, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Spool.Durability == SpoolDurability.Memory)
        {
            return null;
        }

        var path = SpoolLocation.Of(config, Environment.GetEnvironmentVariable).Folder + ".scene";
        try
        {
            return new SceneJournal(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogJournal(logger, path, fault.Message.ReplaceLineEndings(" "));
            return null;
        }
    }

    [LoggerMessage(EventId = LogEvents.SceneJournalUnusable, Level = LogLevel.Error, Message = "The scene journal {Path} cannot be used ({Reason}): totals of lines start from 0, and a restart loses them. Make the folder writable, then restart")]
    private static partial void LogJournal(ILogger logger, string path, string reason);

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
