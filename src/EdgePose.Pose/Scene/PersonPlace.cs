namespace EdgePose.Scene;

/// <summary>Which part of a person stands for the person's place.</summary>
public enum PersonPlace
{
    /// <summary>The point between the feet; where they are not seen, estimated from knees, hips or the box.</summary>
    Feet,

    /// <summary>The point between the hips; where they are not seen, the middle of the box.</summary>
    Hips,

    /// <summary>Any keypoint: one inside is enough.</summary>
    Any,

    /// <summary>Every keypoint that is seen.</summary>
    All,
}
