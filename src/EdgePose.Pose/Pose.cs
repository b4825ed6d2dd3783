namespace EdgePose;

/// <summary>One person in one frame: a view on a <see cref="PoseList"/>, valid until that list is changed.</summary>
public readonly ref struct Pose
{
    /// <summary>Makes a view.</summary>
    /// <param name="keypoints">As many as the skeleton has, in its order.</param>
    /// <param name="score">0 to 1: mean confidence over the skeleton's keypoints and limbs, see the decoder that made it.</param>
    public Pose(ReadOnlySpan<Keypoint> keypoints, float score)
    {
        Keypoints = keypoints;
        Score = score;
    }

    /// <summary>As many as the skeleton has, in its order; absent ones have confidence 0.</summary>
    public ReadOnlySpan<Keypoint> Keypoints { get; }

    /// <summary>0 to 1.</summary>
    public float Score { get; }
}
