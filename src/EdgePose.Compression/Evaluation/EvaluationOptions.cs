using System.Collections.Immutable;
using EdgePose.Decoding;
using EdgePose.Inference;

namespace EdgePose.Compression.Evaluation;

/// <summary>How a network is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>How pictures are brought to the network's input.</summary>
    public InputSizing Sizing { get; init; } = InputSizing.OfHeight(368);

    /// <summary>Name of the exit, or null for the deepest.</summary>
    public string? Exit { get; init; }

    /// <summary>Whether the maps of the mirrored picture are averaged in.</summary>
    public bool Flip { get; init; }

    /// <summary>Sizes whose maps are averaged, 1 being <see cref="Sizing"/>'s own. At least one; each above 0.</summary>
    public ImmutableArray<double> Scales { get; init; } = [1];

    /// <summary>Views of one person each in place of whole pictures, or null; then <see cref="Sizing"/>, <see cref="Flip"/> and <see cref="Scales"/> play no part.</summary>
    public ViewOptions? Views { get; init; }

    /// <summary>Thresholds of the decoder: the daemon's own by default.</summary>
    public DecoderOptions Decoder { get; init; } = new();

    /// <summary>What runs the network. The processor by default: the same everywhere.</summary>
    public ExecutionOptions Execution { get; init; } = new() { Providers = [ExecutionProvider.Cpu] };
}
