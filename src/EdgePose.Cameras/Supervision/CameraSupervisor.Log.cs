using EdgePose.Inference;
using Microsoft.Extensions.Logging;

namespace EdgePose.Cameras.Supervision;

public sealed partial class CameraSupervisor
{
    [LoggerMessage(EventId = LogEvents.CameraState, Level = LogLevel.Information, Message = "Camera {Camera} is {State}")]
    private partial void LogState(string camera, CameraState state);

    [LoggerMessage(EventId = LogEvents.CameraFault, Level = LogLevel.Warning, Message = "Camera {Camera} is {State}: {Message}; next try in {Pause:0.0} s{LeftOut}")]
    private partial void LogFault(string camera, CameraState state, string message, double pause, string leftOut);

    [LoggerMessage(EventId = LogEvents.CameraNote, Level = LogLevel.Warning, Message = "Camera {Camera}: {Note}")]
    private partial void LogNote(string camera, string note);

    [LoggerMessage(EventId = LogEvents.CameraDecoderLine, Level = LogLevel.Debug, Message = "Camera {Camera}, decoder: {Line}")]
    private partial void LogDecoderLine(string camera, string line);

    [LoggerMessage(EventId = LogEvents.CameraPictureBad, Level = LogLevel.Warning, Message = "Camera {Camera}: the picture is {Picture}; check the camera, its lens and what it looks at")]
    private partial void LogPictureBad(string camera, PictureState picture);

    [LoggerMessage(EventId = LogEvents.CameraPictureGood, Level = LogLevel.Information, Message = "Camera {Camera}: the picture is good again")]
    private partial void LogPictureGood(string camera);

    [LoggerMessage(EventId = LogEvents.CameraClockDoubted, Level = LogLevel.Warning, Message = "Camera {Camera}: its clock differs by {AwaySeconds:0.0} s from this device's, so the time of arrival is used. Set both by NTP")]
    private partial void LogClockDoubted(string camera, double awaySeconds);

    [LoggerMessage(EventId = LogEvents.CameraProgramFault, Level = LogLevel.Error, Message = "Camera {Camera}: a fault of the program. Please report it with this log. Next try in {Pause:0.0} s")]
    private partial void LogProgramFault(string camera, double pause, Exception fault);

    [LoggerMessage(EventId = LogEvents.CameraListenerFailed, Level = LogLevel.Error, Message = "Camera {Camera}: a listener of its state {State} failed. This is a fault of the program; please report it with this log")]
    private partial void LogListenerFailed(string camera, CameraState state, Exception fault);
}
