namespace EdgePose.Scene;

/// <summary>Why a state was closed.</summary>
public enum EndCause
{
    /// <summary>What made it true is no longer true.</summary>
    Ended,

    /// <summary>The person was not seen for longer than the place is kept.</summary>
    Lost,

    /// <summary>The camera sends no more, or its clock or picture changed.</summary>
    CameraEnded,

    /// <summary>The configuration of the scene changed.</summary>
    Reconfigured,

    /// <summary>The daemon was started again.</summary>
    Restart,
}
