using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>What the spool logs. Event ids 350 to 359.</summary>
internal static partial class SpoolMessages
{
    /// <summary>What follows from a spool that cannot be used, and what to do.</summary>
    public const string InMemory = "events wait in memory, and a restart loses them. Make room on the disk, or give the daemon's user the right to write there: the spool is tried again every "
        + "10 s, and takes what waits. Or set spool.path, or spool.durability to memory, and restart the daemon when no event waits";
    [LoggerMessage(EventId = 350, Level = LogLevel.Warning, Message = "The spool's disk takes no writes ({Reason}): stored events stay, and newer events wait in memory, 8 MB at most. Make room on the disk")]
    public static partial void Holds(ILogger logger, string reason);
    [LoggerMessage(EventId = 351, Level = LogLevel.Information, Message = "The spool's disk takes writes again")]
    public static partial void Takes(ILogger logger);
    [LoggerMessage(EventId = 352, Level = LogLevel.Error, Message = "The spool was damaged ({Where}): {Lost} events are lost, and the others are kept. A damaged file is kept as \"damaged\" when its events are delivered. Check the disk")]
    public static partial void Damaged(ILogger logger, string where, int lost);
    [LoggerMessage(EventId = 354, Level = LogLevel.Error, Message = "{Events} events are lost with this stop: the disk takes no writes ({Reason})")]
    public static partial void Lost(ILogger logger, int events, string reason);
    [LoggerMessage(EventId = 355, Level = LogLevel.Information, Message = "Spool {Path} is open: {Events} undelivered events from earlier runs, {Waiting} that waited in memory; {Dropped} dropped in total")]
    public static partial void Opened(ILogger logger, string path, long events, int waiting, long dropped);
    [LoggerMessage(EventId = 356, Level = LogLevel.Error, Message = "The spool {Path} cannot be used ({Reason}): " + InMemory)]
    public static partial void Unusable(ILogger logger, string path, string reason);
    [LoggerMessage(EventId = 358, Level = LogLevel.Error, Message = "The spool's disk has not answered for {Seconds} s. The daemon stops without it, and {Events} events are lost")]
    public static partial void Hangs(ILogger logger, int seconds, int events);
    [LoggerMessage(EventId = 359, Level = LogLevel.Information, Message = "{Events} undelivered events were taken over from {Path}, which an earlier version wrote; {Lost} were damaged")]
    public static partial void TakenOver(ILogger logger, int events, string path, long lost);
}
