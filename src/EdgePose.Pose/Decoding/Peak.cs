namespace EdgePose.Decoding;

/// <summary>A candidate for a keypoint: a local maximum of its heatmap.</summary>
/// <param name="XCells">Horizontal position, 0 to width - 1, finer than a cell.</param>
/// <param name="YCells">Vertical position, 0 to height - 1.</param>
/// <param name="Score">Height of the peak, above the threshold and at most 1.</param>
internal readonly record struct Peak(float XCells, float YCells, float Score);
