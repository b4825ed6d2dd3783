using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Settings;

/// <summary>The log messages on a refused configuration, at the start and while the daemon runs.</summary>
internal static partial class ConfigurationLog
{
    /// <summary>One of its errors.</summary>
    [LoggerMessage(EventId = LogEvents.ConfigurationError, Level = LogLevel.Error, Message = "Configuration: {Error}")]
    public static partial void Error(ILogger logger, string error);
}
