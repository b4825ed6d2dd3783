using EdgePose.Cameras.Sources;

namespace EdgePose.Cameras.Supervision;

/// <summary>The state of a camera.</summary>
public enum CameraState
{
    /// <summary>The decoder was started and no frame has come yet.</summary>
    Connecting,

    /// <summary>Frames come.</summary>
    Running,

    /// <summary>It failed, and is tried again after a pause.</summary>
    Offline,

    /// <summary>It refuses the user or password; tried again once a minute.</summary>
    Unauthorized,

    /// <summary>A file has ended.</summary>
    Ended,
}

/// <summary>A camera's state and counters at one moment.</summary>
/// <param name="Id">The camera.</param>
/// <param name="State">Its state.</param>
/// <param name="Fault">Why it sends nothing.</param>
/// <param name="Message">One line with the fault and its remedy; empty when there is none.</param>
/// <param name="Since">Start of this state, UTC.</param>
/// <param name="FramesReceived">Frames that arrived in the daemon since its start.</param>
/// <param name="FramesInferred">Frames that went through the network.</param>
/// <param name="FramesSuperseded">Frames that were replaced by a newer one before the network was free.</param>
/// <param name="FramesCapped">Frames that the camera's rate cap left out.</param>
/// <param name="FramesFaulty">Frames that the network was to run on and gave nothing for: maps that are not finite, or its run failed.</param>
/// <param name="FramesFailed">Those of the faulty ones whose run failed.</param>
/// <param name="Restarts">How often the decoder was started again.</param>
/// <param name="Picture">The state of its pictures.</param>
/// <param name="PictureFaults">How often they became frozen or black.</param>
public sealed record CameraStatus(
    string Id, CameraState State, CameraFault Fault, string Message, DateTimeOffset Since,
    long FramesReceived = 0, long FramesInferred = 0, long FramesSuperseded = 0, long FramesCapped = 0, long FramesFaulty = 0, long FramesFailed = 0, long Restarts = 0,
    PictureState Picture = PictureState.Unchecked, long PictureFaults = 0);
