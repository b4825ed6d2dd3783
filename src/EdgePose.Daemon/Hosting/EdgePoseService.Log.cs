using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

public sealed partial class EdgePoseService
{
    [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "{Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(EventId = 4, Level = LogLevel.Critical, Message = "The pipeline failed; the daemon ends, and the service manager starts it again")]
    private partial void LogPipelineFailed(Exception exception);

    [LoggerMessage(EventId = 15, Level = LogLevel.Warning, Message = "A network is still being opened, which cannot be interrupted: the process ends without waiting for it, with exit code {Code}; all that it had to send or to keep is done")]
    private partial void LogLeftBehind(int code);
}
