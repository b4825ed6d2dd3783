namespace EdgePose.Scene;

/// <summary>How a person holds the body.</summary>
public enum Posture
{
    /// <summary>Not known: a shoulder or a hip is missing.</summary>
    Unknown,

    /// <summary>The torso is upright and the legs are straight.</summary>
    Upright,

    /// <summary>The torso leans.</summary>
    Bent,

    /// <summary>The torso is upright and the hips are low: on a chair, squatting or kneeling.</summary>
    Sitting,

    /// <summary>The torso lies.</summary>
    Lying,
}
