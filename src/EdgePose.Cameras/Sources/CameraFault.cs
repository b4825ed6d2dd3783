namespace EdgePose.Cameras.Sources;

/// <summary>Why a camera sends nothing.</summary>
public enum CameraFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>No connection: refused, unreachable, or the name is unknown.</summary>
    Unreachable,

    /// <summary>The camera asks for a user and password, or refuses the ones it got.</summary>
    Unauthorized,

    /// <summary>There is no such stream, file or device.</summary>
    NotFound,

    /// <summary>The data is not video, or no installed decoder reads it.</summary>
    Undecodable,

    /// <summary>Connected, but no picture came for a while.</summary>
    Stalled,

    /// <summary>The decoder process ended or hung, or the daemon itself failed.</summary>
    DecoderFailed,

    /// <summary>The pipeline could not be built: an element is missing or the operator's own pipeline is wrong.</summary>
    PipelineInvalid,
}
