namespace EdgePose;

/// <summary>A pair of keypoints that the network draws a part affinity field (PAF) between.</summary>
/// <param name="From">Index of the keypoint at which the field's vectors start.</param>
/// <param name="To">Index of the keypoint that they point to.</param>
/// <param name="PafX">Channel of the field's horizontal component among the PAF channels.</param>
/// <param name="PafY">Channel of its vertical component.</param>
public readonly record struct Limb(int From, int To, int PafX, int PafY);
