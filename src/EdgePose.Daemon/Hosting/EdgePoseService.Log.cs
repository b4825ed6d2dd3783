using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Hosting;

public sealed partial class EdgePoseService
{
    [LoggerMessage(EventId = LogEvents.DaemonFault, Level = LogLevel.Critical, Message = "{Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(EventId = LogEvents.DaemonPipelineFailed, Level = LogLevel.Critical, Message = "The pipeline failed; the daemon ends, and the service manager starts it again")]
    private partial void LogPipelineFailed(Exception exception);

    [LoggerMessage(EventId = LogEvents.DaemonLeftBehind, Level = LogLevel.Warning, Message = "A network is still being opened, which cannot be interrupted: the process ends without waiting for it, with exit code {Code}; all that it had to send or to keep is done")]
    private partial void LogLeftBehind(int code);
}
