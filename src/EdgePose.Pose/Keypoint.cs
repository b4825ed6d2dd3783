namespace EdgePose;

/// <summary>One keypoint of one person: where it is and how sure the network is of it.</summary>
/// <param name="X">Horizontal position, to the right. Cells (decoder) or source pixels (after the letterbox is undone); pixel centres lie on whole numbers.</param>
/// <param name="Y">Vertical position, downwards, in the unit of <paramref name="X"/>.</param>
/// <param name="Confidence">0 (absent: <paramref name="X"/> and <paramref name="Y"/> mean nothing) to 1; the height of the heatmap's peak.</param>
public readonly record struct Keypoint(float X, float Y, float Confidence)
{
    /// <summary>Whether the keypoint was found at all.</summary>
    public bool IsPresent => Confidence > 0;
}
