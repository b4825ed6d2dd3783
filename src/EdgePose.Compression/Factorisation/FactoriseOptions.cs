namespace EdgePose.Compression.Factorisation;

/// <summary>Into what a convolution is taken apart.</summary>
public enum FactorMethod
{
    /// <summary>k x 1 to R channels, then 1 x k. Source: Jaderberg, Vedaldi and Zisserman 2014, scheme 2.</summary>
    Separable,

    /// <summary>1x1 to fewer channels, k x k between them, 1x1 to all. Source: Kim et al. 2016 (Tucker-2).</summary>
    Tucker,

    /// <summary>k x k on each channel by itself, then 1x1. The closest sum of such products; Howard et al. 2017 (MobileNet) train the form from the start.</summary>
    Depthwise,

    /// <summary>k x k to R channels, then 1x1; for a 1x1 layer two 1x1 layers. Source: Denton et al. 2014; with calibration, outputs' own directions as in Zhang et al. 2016.</summary>
    LowRank,
}

/// <summary>How a network is factorised.</summary>
public sealed record FactoriseOptions
{
    /// <summary>Into what.</summary>
    public required FactorMethod Method { get; init; }

    /// <summary>Channels between the factors (for depthwise: filters a channel), or null to choose them by <see cref="Energy"/>. Cut to what the layer has.</summary>
    public int? Rank { get; init; }

    /// <summary>Share of the weights' sum of squares that the factors hold, above 0 and up to 1.</summary>
    public double Energy { get; init; } = 0.9;

    /// <summary>Names of convolutions, with * for anything; none for all that the method suits but the stem and the outputs.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Only convolutions of this kernel, or null for any.</summary>
    public int? Kernel { get; init; }

    /// <summary>Whether layers that become dearer are replaced too: to prove that full rank changes nothing.</summary>
    internal bool EvenIfDearer { get; init; }
}

/// <summary>A convolution that was replaced.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="What">By what: <c>7x7-128 to 7x1-72, 1x7-128</c>.</param>
/// <param name="ParametersBefore">Weights before.</param>
/// <param name="ParametersAfter">Weights of the factors.</param>
/// <param name="Missed">Share of the weights' sum of squares that the factors do not hold.</param>
public sealed record FactorisedLayer(string Layer, string What, long ParametersBefore, long ParametersAfter, double Missed);
