using EdgePose.Compression.Shapes;

namespace EdgePose.Compression.Anatomy;

/// <summary>One row of the layer table.</summary>
/// <param name="Name">The node's name, or its output's where it has none.</param>
/// <param name="Kind">What a reader of the papers calls it: <c>7x7 conv</c>, <c>3x3 depthwise, stride 2</c>, <c>2x2 max pool</c>.</param>
/// <param name="Stage">Index into <see cref="NetworkAnatomy.Stages"/>.</param>
/// <param name="Output">Shape of what it makes, for a batch of one.</param>
/// <param name="Cost">Parameters and MACs.</param>
/// <param name="Field">Receptive field of what it makes, or null where it has none.</param>
public sealed record Layer(string Name, string Kind, int Stage, TensorShape Output, LayerCost Cost, ReceptiveField? Field);

/// <summary>A part of the network as the papers draw it: the shared features, or a stage that ends in an exit.</summary>
/// <param name="Name">"features", or the exit's name.</param>
/// <param name="Outputs">Names of the exit's outputs; none for the features.</param>
/// <param name="Layers">Number of convolutions.</param>
/// <param name="Cost">Parameters and MACs of this part alone.</param>
/// <param name="UpToHere">Cost of all that must run for this exit.</param>
/// <param name="Field">Receptive field of its outputs, or null where it has none.</param>
public sealed record StageSummary(string Name, IReadOnlyList<string> Outputs, int Layers, LayerCost Cost, LayerCost UpToHere, ReceptiveField? Field);
