using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon;

public sealed partial class EdgePoseService
{
    [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "{Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(EventId = 4, Level = LogLevel.Critical, Message = "The pipeline failed; the daemon ends, and the service manager starts it again")]
    private partial void LogPipelineFailed(Exception exception);
}
