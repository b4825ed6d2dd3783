namespace EdgePose.Scene;

/// <summary>Where a fall stands.</summary>
internal enum FallPhase
{
    /// <summary>Nobody has fallen.</summary>
    None,

    /// <summary>A person went down fast, and is low.</summary>
    Suspected,

    /// <summary>The person lies still.</summary>
    Confirmed,
}
