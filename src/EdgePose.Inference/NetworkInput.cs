using System.Collections.Immutable;

namespace EdgePose.Inference;

/// <summary>In which order the input tensor has the colour planes.</summary>
public enum ChannelOrder
{
    /// <summary>Blue, green, red: OpenCV's and OpenPose's.</summary>
    Bgr,

    /// <summary>Red, green, blue.</summary>
    Rgb,
}

/// <summary>The network's picture input: N x 3 x H x W, float32.</summary>
public sealed record NetworkInput
{
    /// <summary>Name of the ONNX input.</summary>
    public required string Name { get; init; }

    /// <summary>Order of the planes.</summary>
    public required ChannelOrder Channels { get; init; }

    /// <summary>Whether the network normalises by itself, and is given 0 to 255.</summary>
    public required bool NormalisedInside { get; init; }

    /// <summary>Taken from each value (0 to 255), in the order of <see cref="Channels"/>; zeros where the network normalises inside.</summary>
    public ImmutableArray<float> Mean { get; init; } = [0, 0, 0];

    /// <summary>Each value is multiplied by it after the mean was taken off; ones where the network normalises inside.</summary>
    public ImmutableArray<float> Scale { get; init; } = [1, 1, 1];

    /// <summary>Height and width must be multiples of this, in pixels.</summary>
    public required int MultipleOf { get; init; }
}
