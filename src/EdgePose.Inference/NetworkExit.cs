namespace EdgePose.Inference;

/// <summary>A stage of the network whose output can be used.</summary>
/// <param name="Name">By which configuration calls it.</param>
/// <param name="Heatmaps">ONNX output with one channel a keypoint, and one more where it has background.</param>
/// <param name="Pafs">ONNX output with two channels a limb, or null for a network without part affinity fields.</param>
public sealed record NetworkExit(string Name, string Heatmaps, string? Pafs);
