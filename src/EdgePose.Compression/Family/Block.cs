using System.Collections.Immutable;

namespace EdgePose.Compression.Family;

/// <summary>What follows a convolution.</summary>
public enum Activation
{
    /// <summary>Nothing: an output.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x, or exp(x) - 1 below 0.</summary>
    Elu,
}

/// <summary>A piece of a network's description.</summary>
public abstract record Block;

/// <summary>A convolution that keeps the map's size (or halves it by <paramref name="Stride"/>), and its activation.</summary>
/// <param name="Kernel">Cells a side.</param>
/// <param name="Channels">Output channels; 0 in a depthwise one, which keeps as many as come in.</param>
/// <param name="Stride">1, or 2 to halve the map.</param>
/// <param name="Dilation">Distance of the taps.</param>
/// <param name="Depthwise">Each channel by itself.</param>
/// <param name="Activation">What follows.</param>
/// <param name="Normalised">Whether batch normalisation stands between it and the activation.</param>
/// <param name="Biased">Whether it has a bias of its own.</param>
public sealed record Convolution(
    int Kernel, int Channels, int Stride = 1, int Dilation = 1, bool Depthwise = false, Activation Activation = Activation.Relu, bool Normalised = false, bool Biased = true)
    : Block;

/// <summary>Max pooling.</summary>
/// <param name="Size">Cells a side, and the step.</param>
public sealed record Pooling(int Size) : Block;

/// <summary>The blocks' result added to what they started from.</summary>
/// <param name="Blocks">Blocks that keep channels and size.</param>
public sealed record Residual(ImmutableArray<Block> Blocks) : Block;
