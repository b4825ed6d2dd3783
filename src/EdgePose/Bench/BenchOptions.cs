using EdgePose.Inference;
using EdgePose.Regions;

namespace EdgePose.Cli.Bench;

/// <summary>What a measurement is asked for.</summary>
/// <param name="Source">A file, a folder or a camera; null for the bundled clip.</param>
/// <param name="Manifest">The network's manifest.</param>
/// <param name="Shape">The network's input and largest batch.</param>
/// <param name="Execution">What runs it.</param>
/// <param name="Cameras">How many cameras play the source.</param>
/// <param name="Seconds">How long to measure.</param>
/// <param name="Json">Where the report goes as JSON; '-' for standard output, null for none.</param>
/// <param name="Regions">Where the network looks.</param>
internal sealed record BenchOptions(string? Source, string Manifest, NetworkShape Shape, ExecutionOptions Execution, int Cameras, int Seconds, string? Json, RegionOptions Regions);
