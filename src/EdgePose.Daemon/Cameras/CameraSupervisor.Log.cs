using Microsoft.Extensions.Logging;

namespace EdgePose.Daemon.Cameras;

public sealed partial class CameraSupervisor
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Camera {Camera} is {State}")]
    private partial void LogState(string camera, CameraState state);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Camera {Camera} is {State}: {Message}; next try in {Pause:0.0} s")]
    private partial void LogFault(string camera, CameraState state, string message, double pause);

    [LoggerMessage(EventId = 102, Level = LogLevel.Debug, Message = "Camera {Camera}, decoder: {Line}")]
    private partial void LogDecoderLine(string camera, string line);
}
