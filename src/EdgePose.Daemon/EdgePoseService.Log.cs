using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon;

public sealed partial class EdgePoseService
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Network {Network} ({Sha256}) runs on {Provider}")]
    private partial void LogNetwork(string network, string sha256, string provider);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{Text}")]
    private partial void LogProgress(string text);

    [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "{Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(EventId = 4, Level = LogLevel.Critical, Message = "The pipeline failed; the daemon ends, and the service manager starts it again")]
    private partial void LogPipelineFailed(Exception exception);
}
