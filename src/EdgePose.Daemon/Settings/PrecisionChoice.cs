namespace EdgePose.Daemon.Settings;

/// <summary>The precision asked of TensorRT.</summary>
public enum PrecisionChoice
{
    /// <summary>16-bit floating point.</summary>
    Fp16,

    /// <summary>32-bit floating point.</summary>
    Fp32,

    /// <summary>8-bit integers; the network must hold its quantisation.</summary>
    Int8,
}
