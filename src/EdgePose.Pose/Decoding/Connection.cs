namespace EdgePose.Decoding;

/// <summary>A limb that was found: two peaks that a PAF joins.</summary>
/// <param name="Limb">Index of the limb in the skeleton.</param>
/// <param name="From">Index of the peak among those of the limb's first keypoint.</param>
/// <param name="To">Index of the peak among those of its second keypoint.</param>
/// <param name="Score">Mean component of the PAF along the limb, 0 to 1.</param>
internal readonly record struct Connection(int Limb, int From, int To, float Score);
