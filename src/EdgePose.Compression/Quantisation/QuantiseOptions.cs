namespace EdgePose.Compression.Quantisation;

/// <summary>Which runtime the file is made for.</summary>
public enum QuantisationTarget
{
    /// <summary>ONNX Runtime on a processor: activations unsigned with a zero point, weights signed (VNNI multiplies u8 by s8), biases in 32 bits.</summary>
    Cpu,

    /// <summary>TensorRT: activations and weights signed and symmetric, biases in floating point. Source: NVIDIA's guide on explicit quantisation.</summary>
    TensorRt,
}

/// <summary>How the range of a tensor is chosen from what it held on the calibration pictures.</summary>
public enum RangeMethod
{
    /// <summary>Smallest to largest: nothing is clipped.</summary>
    Max,

    /// <summary>All but a small share of the values at either end.</summary>
    Percentile,

    /// <summary>The cut at which the quantised distribution says most of the real one (Kullback-Leibler). Clips sparse peaks, which is what heatmaps are.</summary>
    Entropy,
}

/// <summary>How a network is quantised.</summary>
public sealed record QuantiseOptions
{
    /// <summary>Which runtime it is for.</summary>
    public QuantisationTarget Target { get; init; } = QuantisationTarget.Cpu;

    /// <summary>How ranges are chosen.</summary>
    public RangeMethod Method { get; init; } = RangeMethod.Percentile;

    /// <summary>Per cent of a tensor's values that are inside its range, for <see cref="RangeMethod.Percentile"/>.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>Names of convolutions that stay in floating point beside those that do in any case.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Whether the convolutions that lose most in INT8 in this family stay in floating point: the stem, those that make the outputs, and those that read a concat.</summary>
    public bool KeepFamilys { get; init; } = true;
}
