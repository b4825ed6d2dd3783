namespace EdgePose.Cameras.Sources;

/// <summary>The messages of faults.</summary>
internal static class FaultText
{
    /// <summary>A fault with one line that says what is wrong and what to do.</summary>
    public static (CameraFault Fault, string Text) Of(CameraFault fault, string detail) => (fault, fault switch
    {
        CameraFault.Unauthorized => "the camera refuses the user or password; check username and passwordFile",
        CameraFault.NotFound => $"not found ({detail}); check the address",
        CameraFault.Unreachable => $"no connection ({detail}); check the address, the network and that the camera is on",
        CameraFault.Undecodable => $"no video could be decoded ({detail}); check that the address is a video stream, and its codec H.264 or H.265",
        CameraFault.PipelineInvalid => $"the GStreamer pipeline is not valid ({detail}); check 'pipeline', and run 'edgepose doctor' for missing elements",
        CameraFault.Stalled => "connected, but no picture comes; check the camera",
        _ => detail,
    });
}
