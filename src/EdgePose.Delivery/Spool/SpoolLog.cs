using Microsoft.Extensions.Logging;

namespace EdgePose.Delivery.Spool;

/// <summary>What the spool tells. Event ids 300 to 309.</summary>
internal static partial class SpoolLog
{
    /// <summary>What follows from a spool that cannot be used, and what to do.</summary>
    public const string InMemory = "events wait in memory, and a restart loses them. Make room on the disk, or give the daemon's user the right to write there: the spool is tried again every "
        + "10 s, and takes what waits. Or set spool.path, or spool.durability to memory, and restart the daemon when no event waits";

    /// <summary>How often that is.</summary>
    public const int PauseSeconds = 10;

    [LoggerMessage(EventId = 350, Level = LogLevel.Warning, Message = "The spool's disk takes no writes ({Reason}): what is stored stays, and newer events wait in memory, 8 MB at most; make room on the disk")]
    public static partial void Holds(ILogger logger, string reason);

    [LoggerMessage(EventId = 351, Level = LogLevel.Information, Message = "The spool's disk takes writes again")]
    public static partial void Takes(ILogger logger);

    [LoggerMessage(EventId = 352, Level = LogLevel.Error, Message = "The spool was damaged ({Reason}): {Kept} events are kept, {Lost} are lost; the damaged file is {SetAside}")]
    public static partial void Mended(ILogger logger, string reason, long kept, long lost, string setAside);

    [LoggerMessage(EventId = 353, Level = LogLevel.Error, Message = "The event at position {Position} of the spool is damaged and is lost")]
    public static partial void DamagedMessage(ILogger logger, long position);

    [LoggerMessage(EventId = 354, Level = LogLevel.Error, Message = "{Events} events are lost with this stop: the disk takes no writes ({Reason})")]
    public static partial void Lost(ILogger logger, int events, string reason);

    [LoggerMessage(EventId = 355, Level = LogLevel.Information, Message = "The spool {Path} holds {Events} events of before, and has dropped {Dropped} in its time")]
    public static partial void Opened(ILogger logger, string path, int events, long dropped);

    [LoggerMessage(EventId = 358, Level = LogLevel.Error, Message = "The spool's disk has not answered for {Seconds:0} s: the daemon ends without it, and {Events} events that were on their way there are lost, with those of the transaction that hangs")]
    public static partial void Hangs(ILogger logger, double seconds, int events);

    [LoggerMessage(EventId = 357, Level = LogLevel.Information, Message = "The spool {Path} is in use: {Events} events that waited in memory have moved there")]
    public static partial void Moved(ILogger logger, string path, int events);

    [LoggerMessage(EventId = 356, Level = LogLevel.Error, Message = "The spool {Path} cannot be used ({Reason}): " + InMemory)]
    public static partial void Unusable(ILogger logger, string path, string reason);
}
